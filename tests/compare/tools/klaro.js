var klaroConfig = {
  version: 1,
  acceptAll: true,
  lang: 'en',
  translations: {
    zz: { privacyPolicyUrl: '/privacy' },
    en: {
      consentNotice: {
        description: 'With your consent we store cookies for functions, analytics and targeting. ' +
          'You can reject them, and change your choice at any time.',
      },
      ok: 'Accept all',
      decline: 'Reject all',
      purposes: { required: 'Required', functional: 'Functional', analytics: 'Analytics', targeting: 'Targeting' },
    },
  },
  services: [
    { name: 'cart', title: 'Cart', purposes: ['required'], required: true },
    { name: 'chat', title: 'Chat', purposes: ['functional'], cookies: ['chat_id'] },
    { name: 'analytics', title: 'Analytics', purposes: ['analytics'],
      cookies: [[/^_ga/, '/', '.compare.localhost'], '_shop_visit', '_first_visit'] },
    { name: 'targeting', title: 'Ads', purposes: ['targeting'],
      cookies: [['_fbp', '/', '.compare.localhost'], '_gcl_au', 'br_aud'] },
  ],
};
