// The tools: how each is set up, according to its own documentation, and where its banner and its buttons are found.
// page(tags): what goes into the page, given the gated tags of each category: [{src} or {text}, ...]
// files: address below /tool/ -> file; banner, accept, reject: selectors; ready: an expression, true once it answers
// withdraw: runs in the page and withdraws every consent
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const npm = (path) => here(`node_modules/${path}`);
const version = (name) => JSON.parse(readFileSync(npm(`${name}/package.json`), 'utf8')).version;

const inert = (tag, attributes) => tag.text
  ? `<script type="text/plain" ${attributes}>${tag.text}</script>`
  : `<script type="text/plain" ${attributes} data-src="${tag.src}"></script>`;
const all = (tags, write) => tags.map(write).join('\n');
const plain = (tag) => tag.text ? `<script>${tag.text}</script>` : `<script src="${tag.src}"></script>`;
const loader = (tag) => tag.text ? `function () { ${tag.text} }` : `function () { load("${tag.src}"); }`;
const load = 'function load(src) { var s = document.createElement("script"); s.src = src; document.head.append(s); }';

const text = 'With your consent we store cookies for functions, analytics and targeting. You can reject them, and ' +
  'change your choice at any time.';

export const bare = { name: 'bare', title: 'no tool', files: {}, page: () => ({}) };

export const abide = {
  name: 'abide',
  title: 'Abide',
  // The middleware inserts the rest.
  page: ({ analytics, targeting }) => ({
    tags: [all(analytics, (tag) => inert(tag, 'data-category="analytics" data-shared="false"')),
      all(targeting, (tag) => inert(tag, 'data-category="targeting"'))].join('\n'),
  }),
  banner: '[data-abide-notice]',
  accept: '[data-abide-notice] [value=accept-all]',
  reject: '[data-abide-notice] [value=reject-all]',
  ready: 'window.abide.state().regime',
  preferences: '/consent', // withdrawn there, with a button
};

const vanilla = {
  name: 'vanilla',
  title: 'vanilla-cookieconsent',
  version: version('vanilla-cookieconsent'),
  files: {
    'cookieconsent.css': npm('vanilla-cookieconsent/dist/cookieconsent.css'),
    'cookieconsent.umd.js': npm('vanilla-cookieconsent/dist/cookieconsent.umd.js'),
    'config.js': here('tools/vanilla.js'),
  },
  page: ({ analytics, targeting }) => ({
    head: '<link rel="stylesheet" href="/tool/cookieconsent.css">',
    tags: [all(analytics, (tag) => inert(tag, 'data-category="analytics"')),
      all(targeting, (tag) => inert(tag, 'data-category="targeting"'))].join('\n').replaceAll('data-src=', 'src='),
    foot: '<script type="module" src="/tool/config.js"></script>',
  }),
  banner: '#cc-main .cm',
  accept: '#cc-main .cm [data-role=all]',
  reject: '#cc-main .cm [data-role=necessary]',
  ready: 'typeof CookieConsent.acceptedCategory("analytics") === "boolean" && document.querySelector("#cc-main")',
  withdraw: 'CookieConsent.acceptCategory([])',
};

const purpose = (id, title, description, cookies, more = {}) => ({ id, title, description, cookies, ...more });
const orejimeConfig = {
  privacyPolicyUrl: '/privacy',
  purposes: [
    purpose('required', 'Required', 'The cart.', [], { isMandatory: true }),
    purpose('functional', 'Functional', 'The chat.', ['chat_id']),
    purpose('analytics', 'Analytics', 'Counts visitors and pages.',
      ['_ga', ['_ga', '/', '.compare.localhost'], '_shop_visit', '_first_visit']),
    purpose('targeting', 'Targeting', 'Ads that fit.', [['_fbp', '/', '.compare.localhost'], '_gcl_au', 'br_aud']),
  ],
};
const orejime = {
  name: 'orejime',
  title: 'orejime',
  version: version('orejime'),
  files: {
    'orejime.css': npm('orejime/dist/orejime-standard.css'),
    'orejime.js': npm('orejime/dist/orejime-standard-en.js'),
  },
  page: ({ analytics, targeting }) => ({
    head: '<link rel="stylesheet" href="/tool/orejime.css">',
    tags: [all(analytics, (tag) => `<template data-purpose="analytics">${plain(tag)}</template>`),
      all(targeting, (tag) => `<template data-purpose="targeting">${plain(tag)}</template>`)].join('\n'),
    foot: `<script>window.orejimeConfig = ${JSON.stringify(orejimeConfig)};</script>\n` +
      '<script src="/tool/orejime.js"></script>',
  }),
  banner: '.orejime-Banner',
  accept: '.orejime-Banner-saveButton',
  reject: '.orejime-Banner-declineButton',
  ready: 'typeof orejime.manager.getConsent("analytics") === "boolean"',
  withdraw: 'orejime.manager.declineAll()',
};

const klaro = {
  name: 'klaro',
  title: 'klaro',
  version: version('klaro'),
  files: { 'config.js': here('tools/klaro.js'), 'klaro.js': npm('klaro/dist/klaro.js') },
  page: ({ analytics, targeting }) => ({
    head: '<script defer src="/tool/config.js"></script>\n<script defer src="/tool/klaro.js"></script>',
    tags: [all(analytics, (tag) => inert(tag, 'data-type="text/javascript" data-name="analytics"')),
      all(targeting, (tag) => inert(tag, 'data-type="text/javascript" data-name="targeting"'))].join('\n'),
  }),
  banner: '.klaro .cookie-notice',
  accept: '.klaro .cookie-notice .cm-btn-success',
  reject: '.klaro .cookie-notice .cn-decline',
  ready: 'typeof klaro.getManager().getConsent("analytics") === "boolean"',
  withdraw: 'klaro.getManager().changeAll(false); klaro.getManager().saveAndApplyConsents()',
};

const tarteaucitronConfig = {
  privacyUrl: '/privacy', bodyPosition: 'bottom', hashtag: '#tarteaucitron', cookieName: 'tarteaucitron',
  orientation: 'middle', groupServices: false, showDetailsOnClick: true, serviceDefaultState: 'wait',
  showAlertSmall: false, showTitleBanner: false, cookieslist: false, cookieslistEmbed: false, showIcon: true,
  iconPosition: 'BottomRight', adblocker: false, DenyAllCta: true, AcceptAllCta: true, highPrivacy: true,
  alwaysNeedConsent: false, handleBrowserDNTRequest: false, removeCredit: false, moreInfoLink: true,
  useExternalCss: false, useExternalJs: false, readmoreLink: '', mandatory: true, mandatoryCta: true,
  googleConsentMode: true, bingConsentMode: true, pianoConsentMode: true, pianoConsentModeEssential: false,
  softConsentMode: false, dataLayer: false, serverSide: false, partnersList: false,
};
const service = (key, type, name, cookies, tags) => {
  const js = all(tags, ({ src, text: body }) => (src ? `tarteaucitron.addScript("${src}");` : body));
  return `tarteaucitron.services.${key} = {key: "${key}", type: "${type}", name: "${name}", needConsent: true,
  cookies: ${JSON.stringify(cookies)}, js: function () { ${js} }, fallback: function () {}};
(tarteaucitron.job = tarteaucitron.job || []).push("${key}");`;
};
const tarteaucitron = {
  name: 'tarteaucitron',
  title: 'tarteaucitronjs',
  version: version('tarteaucitronjs'),
  files: {
    'tarteaucitron.min.js': npm('tarteaucitronjs/tarteaucitron.min.js'),
    'tarteaucitron.services.min.js': npm('tarteaucitronjs/tarteaucitron.services.min.js'),
    'css/tarteaucitron.min.css': npm('tarteaucitronjs/css/tarteaucitron.min.css'),
    'lang/tarteaucitron.en.min.js': npm('tarteaucitronjs/lang/tarteaucitron.en.min.js'),
  },
  page: ({ analytics, targeting }) => ({
    head: '<script src="/tool/tarteaucitron.min.js"></script>\n' +
      `<script>tarteaucitron.init(${JSON.stringify(tarteaucitronConfig)});</script>`,
    foot: `<script>\n${service('chat', 'support', 'Chat', ['chat_id'], [])}\n` +
      `${service('counter', 'analytic', 'Analytics', ['_ga', '_shop_visit', '_first_visit'], analytics)}\n` +
      `${service('audience', 'ads', 'Ads', ['_fbp', '_gcl_au', 'br_aud'], targeting)}\n</script>`,
  }),
  banner: '#tarteaucitronAlertBig',
  accept: '#tarteaucitronAlertBig .tarteaucitronAllow',
  reject: '#tarteaucitronAlertBig .tarteaucitronDeny',
  ready: 'tarteaucitron.added.counter',
  withdraw: 'tarteaucitron.userInterface.respondAll(false)',
};

const osano = {
  name: 'osano',
  title: 'cookieconsent (osano)',
  version: version('cookieconsent'),
  files: {
    'cookieconsent.min.css': npm('cookieconsent/build/cookieconsent.min.css'),
    'cookieconsent.min.js': npm('cookieconsent/build/cookieconsent.min.js'),
  },
  page: ({ analytics, targeting }) => ({
    head: '<link rel="stylesheet" type="text/css" href="/tool/cookieconsent.min.css">',
    // It knows one consent and gates nothing: the page's own code does, in the tool's callbacks.
    foot: `<script src="/tool/cookieconsent.min.js" data-cfasync="false"></script>
<script>
${load}
var tags = [${[...analytics, ...targeting].map(loader)}];
function run() { if (this.hasConsented()) tags.splice(0).forEach(function (tag) { tag(); }); }
window.cookieconsent.initialise({
  palette: {popup: {background: "#383b75"}, button: {background: "#f1d600"}},
  type: "opt-in",
  content: {message: ${JSON.stringify(text)},
    allow: "Accept all", deny: "Reject all", link: "Privacy", href: "/privacy"},
  onInitialise: run, onStatusChange: run
}, function (popup) { window.osano = popup; });
</script>`,
  }),
  banner: '.cc-window',
  accept: '.cc-window .cc-allow',
  reject: '.cc-window .cc-deny',
  ready: 'typeof osano.hasAnswered() === "boolean"',
  withdraw: 'osano.setStatus("deny")',
};

const c15tScript = (category) => ({ src, text }, number) =>
  ({ id: `${category}-${number}`, category, ...(text ? { textContent: text } : { src }) });
const c15t = {
  name: 'c15t',
  title: 'c15t (React dialog)',
  version: version('c15t'),
  bundle: here('tools/c15t.js'), // with esbuild, minified, for production
  files: { 'styles.css': null, 'c15t.js': null },
  page: ({ analytics, targeting }) => ({
    head: '<link rel="stylesheet" href="/tool/styles.css">',
    foot: `<script>window.compareScripts = ${JSON.stringify([
      ...analytics.map(c15tScript('measurement')), ...targeting.map(c15tScript('marketing'))])};</script>
<script type="module" src="/tool/c15t.js"></script>`,
  }),
  banner: '[data-testid=consent-banner-card]',
  accept: '[data-testid=consent-banner-accept-button]',
  reject: '[data-testid=consent-banner-reject-button]',
  ready: '!c15t.isLoadingConsentInfo && typeof c15t.has("measurement") === "boolean"',
  withdraw: 'c15t.saveConsents("necessary")',
};

export const tools = [bare, abide, vanilla, orejime, klaro, tarteaucitron, osano, c15t];
