// c15t's core has no banner: this is its React banner and dialog, mounted as its quickstart does.
import { ConsentBanner, ConsentDialog, ConsentManagerProvider, useConsentManager } from '@c15t/react';
import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';

const options = {
  mode: 'offline',
  consentCategories: ['necessary', 'functionality', 'measurement', 'marketing'],
  overrides: { country: 'DE', language: 'en' },
  scripts: window.compareScripts,
};
const Shown = () => (window.c15t = useConsentManager(), null); // for the harness's questions
const root = document.body.appendChild(document.createElement('div'));
createRoot(root).render(
  h(ConsentManagerProvider, { options }, h(ConsentBanner), h(ConsentDialog), h(Shown)));
