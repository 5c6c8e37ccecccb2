// Insertion changes nothing else: the tree of the page with Abide's fragments, minus those fragments, is the tree of
// the page without them. parse5 builds both.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'parse5';
import { answersFor, insertedInto, MARK, withoutScript } from './inserting.mjs';
import { page, random } from './pages.mjs';

const COUNT = Number(process.env.ABIDE_PAGES ?? 10_000);
const SEED = Number(process.env.ABIDE_SEED ?? 20261128);

/// The page as browsers see it: scripts run. A byte order mark is not part of the text.
const tree = text => parse(text.replace(/^\ufeff/, ''), { scriptingEnabled: true });

function drawn(node) {
  const children = [];
  let text = '';
  const flush = () => {
    if (text) children.push(JSON.stringify(text));
    text = '';
  };
  for (const child of (node.content ?? node).childNodes ?? []) {
    if (child.attrs?.some(each => each.name === MARK || each.value === 'abide-apart')) continue;
    if (child.nodeName === '#text') text += child.value;
    else {
      flush();
      children.push(drawn(child));
    }
  }
  flush();
  const attributes = (node.attrs ?? []).map(each => `${each.name}=${JSON.stringify(each.value)}`).join(' ');
  const own = node.data ?? node.publicId ?? '';
  return `${node.nodeName}{${node.namespaceURI ?? ''} ${attributes} ${own} ${node.mode ?? ''}}(${children.join(',')})`;
}

const counted = (node, found = { total: 0 }) => {
  if (node.attrs?.some(each => each.name === MARK)) ++found.total;
  for (const child of (node.content ?? node).childNodes ?? []) counted(child, found);
  return found.total;
};

/// Chromium drops a NUL, parse5 begins the body there; a frameset then removes it, with the gate that has run.
const mayLose = body => /\0[^]*<frameset/i.test(body);

test(`${COUNT} odd pages stay unchanged except for what is inserted`, () => {
  const below = random(SEED);
  const bodies = Array.from({ length: COUNT }, () => page(below));
  const answers = answersFor(bodies);
  const places = { head: 0, notice: 0, end: 0 };
  const wrong = [];
  answers.forEach(({ inserts }, i) => {
    const { made, body } = withoutScript(insertedInto(bodies[i], inserts), bodies[i], inserts);
    for (const { what } of inserts) ++places[what];
    const after = tree(made);
    const wanted = inserts.reduce((sum, { what }) => sum + (what === 'head' ? 2 : 1), 0);
    if (drawn(after) !== drawn(tree(body)) || (counted(after) !== wanted && !mayLose(body))) wrong.push({ body: bodies[i], inserts });
  });
  console.log(`# head ${places.head}, notice ${places.notice}, end ${places.end} of ${COUNT} pages; different: ${wrong.length}`);
  for (const each of wrong.slice(0, Number(process.env.ABIDE_SHOW ?? 10))) console.log(`# ${JSON.stringify(each)}`);
  assert.equal(wrong.length, 0);
});
