// Checks a page with axe-core.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The violations that axe-core finds, and the parts of the notice that it cannot judge, as readable lines. */
export async function axeFindings(page) {
  await page.evaluate(axe); // not a script element: the page's policy would refuse it
  return page.evaluate(async () => {
    const { violations, incomplete } = await window.axe.run();
    // axe measures colours only in the body. The settings and the notice are beside it, so they are checked again in the body.
    const dialog = document.querySelector('html > dialog.abide[open]');
    if (dialog) {
      const flat = new CSSStyleSheet(), before = document.adoptedStyleSheets; // axe cannot judge what is covered
      flat.replaceSync(`body > :not(dialog.abide), abide-notice { display: none !important; } @layer abide {
        dialog.abide.abide { position: static !important; max-block-size: none !important; overflow: visible !important; }
        dialog.abide :is(.abide-header, .abide-bar) { position: static !important; } }`);
      document.adoptedStyleSheets = [...before, flat];
      document.body.append(dialog);
      violations.push(...(await window.axe.run('dialog.abide', { runOnly: ['color-contrast'] })).violations);
      document.adoptedStyleSheets = before;
      document.documentElement.append(dialog);
      dialog.removeAttribute('open');
      dialog.showModal();
    }
    const wrapper = document.querySelector('html > abide-notice'), notice = wrapper?.firstElementChild;
    if (notice) {
      document.body.append(notice);
      const within = await window.axe.run('[data-abide-notice]');
      wrapper.append(notice);
      violations.push(...within.violations);
      incomplete.splice(0, incomplete.length, ...within.incomplete);
    }
    const isNotices = ({ target }) => document.querySelector(target.at(-1))?.closest('[data-abide-notice]');
    const unsure = incomplete.map((rule) => ({ ...rule, nodes: rule.nodes.filter(isNotices) }));
    return [...violations, ...unsure].flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary.replaceAll(/\s+/g, ' ')}`));
  });
}
