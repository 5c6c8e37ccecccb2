// Checks a page with axe-core.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The violations that axe-core finds, and the parts of the notice that it cannot judge, as readable lines. */
export async function axeFindings(page) {
  await page.evaluate(axe); // not a script element: the page's policy would refuse it
  return page.evaluate(async () => {
    const { violations, incomplete } = await window.axe.run();
    // It measures colours only in the body, and the notice is beside it: checks again with the notice in the body.
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
