// Insertion changes nothing else, as Chromium's own parser reads pages: it differs from parse5 about <select> and NUL.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answersFor, insertedInto, MARK, withoutScript } from '../html/inserting.mjs';
import { page as pageOf, random } from '../html/pages.mjs';
import { newVisitor } from './chromium.mjs';

const COUNT = Number(process.env.ABIDE_PAGES ?? 4_000);
const SEED = Number(process.env.ABIDE_SEED ?? 20261130);

/** Runs in the page: those of the pairs [page, page with insertions, number of pieces] that differ. */
const differing = ([pairs, mark]) => {
  const inner = (node) => (node.content instanceof DocumentFragment ? node.content : node);
  const isOwn = (node) => node.nodeType === Node.ELEMENT_NODE && (node.hasAttribute(mark) || node.className === 'abide-apart');
  const drawn = (node) => {
    const children = [];
    for (const child of inner(node).childNodes) {
      if (isOwn(child)) continue;
      if (child.nodeType !== Node.TEXT_NODE) children.push(drawn(child));
      else if (children.at(-1)?.text === undefined) children.push({ text: child.data });
      else children.at(-1).text += child.data;
    }
    return { name: node.nodeName, space: node.namespaceURI, data: node.data, attributes: [...(node.attributes ?? [])].map(({ name, value }) => [name, value]), children };
  };
  const counted = (root) => [...root.querySelectorAll('*')].reduce((sum, each) => sum + each.hasAttribute(mark) + (inner(each) === each ? 0 : counted(inner(each))), 0);
  const parsed = (text) => new DOMParser().parseFromString(text, 'text/html');
  return pairs.flatMap(([bare, made, count], i) => {
    const before = parsed(bare), after = parsed(made);
    const isSame = JSON.stringify(drawn(before)) === JSON.stringify(drawn(after)) && before.compatMode === after.compatMode;
    const parts = [...after.querySelectorAll(`div[${mark}]`)];
    const isWhole = counted(after) === count && parts.every((each) => each.querySelector('form') && !each.closest('select'));
    return isSame && isWhole ? [] : [i];
  });
};

test(`in Chromium ${COUNT} odd pages stay unchanged except for what is inserted`, async (t) => {
  const below = random(SEED);
  // A parser without scripts reads the content of <noscript>. Chromium drops a `<?` that is not closed.
  const bodies = Array.from({ length: COUNT }, () => pageOf(below)).filter((body) => !/<noscript|<\?[^>]*$/i.test(body));
  const pairs = answersFor(bodies).flatMap(({ inserts }, i) => {
    if (inserts.length === 0) return [];
    const { made, body } = withoutScript(insertedInto(bodies[i], inserts), bodies[i], inserts);
    const count = inserts.reduce((sum, { what }) => sum + (what === 'head' ? 2 : 1), 0);
    return [[body.replace(/^\ufeff/, ''), made.replace(/^\ufeff/, ''), count]];
  });
  const { page } = await newVisitor(t);
  const wrong = (await page.evaluate(differing, [pairs, MARK])).map((i) => pairs[i][0]);
  for (const each of wrong.slice(0, 10)) console.log(`# ${JSON.stringify(each)}`);
  assert.ok(pairs.length > COUNT / 2);
  assert.equal(wrong.length, 0);
});
