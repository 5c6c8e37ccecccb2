// What axe-core finds wrong with a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong, and what of the notice it cannot judge, as readable lines. */
export async function axeFindings(page) {
  await page.evaluate(axe); // not a script element: the page's policy would refuse it
  return page.evaluate(async () => {
    const { violations, incomplete } = await window.axe.run();
    const isNotices = ({ target }) => document.querySelector(target.at(-1))?.closest('[data-abide-notice]');
    const unsure = incomplete.map((rule) => ({ ...rule, nodes: rule.nodes.filter(isNotices) }));
    return [...violations, ...unsure].flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary.replaceAll(/\s+/g, ' ')}`));
  });
}
