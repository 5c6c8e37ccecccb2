import './cookieconsent.umd.js';

CookieConsent.run({
  categories: {
    necessary: { enabled: true, readOnly: true },
    functional: { autoClear: { cookies: [{ name: 'chat_id' }] } },
    analytics: { autoClear: { cookies: [{ name: /^_ga/ }, { name: '_shop_visit' }, { name: '_first_visit' }] } },
    targeting: { autoClear: { cookies: [{ name: '_fbp' }, { name: '_gcl_au' }, { name: 'br_aud' }] } },
  },
  language: {
    default: 'en',
    translations: {
      en: {
        consentModal: {
          title: 'Your privacy',
          description: 'With your consent we store cookies for functions, analytics and targeting. ' +
            'You can reject them, and change your choice at any time.',
          acceptAllBtn: 'Accept all',
          acceptNecessaryBtn: 'Reject all',
          showPreferencesBtn: 'Settings',
        },
        preferencesModal: {
          title: 'Your choices',
          acceptAllBtn: 'Accept all',
          acceptNecessaryBtn: 'Reject all',
          savePreferencesBtn: 'Save',
          closeIconLabel: 'Close',
          sections: [
            { title: 'Required', description: 'The cart.', linkedCategory: 'necessary' },
            { title: 'Functional', description: 'The chat.', linkedCategory: 'functional' },
            { title: 'Analytics', description: 'Counts visitors and pages.', linkedCategory: 'analytics' },
            { title: 'Targeting', description: 'Ads that fit.', linkedCategory: 'targeting' },
          ],
        },
      },
    },
  },
});
