// Uses every published type; compiled by `npm run types` in wasm/, never run.
import { allows, choose, core, on, open, start, state, type PageState } from '@abide/browser';
import { allows as allowsBy, CATEGORIES, Core, InputError, load, type Category, type Decision } from '@abide/browser/core';

start();
open();
const chosen: Promise<void> = choose('accept-all');
// @ts-expect-error: not a choice
choose('maybe');

const seen: PageState = state();
const mayCount: boolean = allows('analytics') && allows('functional', true);
// @ts-expect-error: not a category
allows('marketing');

const end: () => void = on('change', (now) => console.log(now.allowed.length));
on('signal', ({ from }) => console.log(from === 'page'));
// @ts-expect-error: no such event
on('ready', () => {});
document.addEventListener('abide:consent', ({ detail }) => console.log(detail.path));
window.abide?.apply({ ...seen, v: 1 });

const inPage: Core = await core();
const byBytes: Core = await load(new Uint8Array());
byBytes.setPolicy({ mode: 'observe', cookies: [{ name: '_ga*', category: 'analytics', shared: false }], exempt: ['GB:statistical:_ga*'] });
const decision: Decision = inPage.decide({ headers: [['Sec-GPC', '1']], location: 'US-CA', record: { choices: { analytics: 'granted' } } });
const rule: string = decision.reasons.targeting.rule;
const first: Category | undefined = CATEGORIES.find((category) => allowsBy(decision, category));
const left = inPage.filter({ request: { headers: [] }, response: { headers: [['Set-Cookie', 'a=b']] }, visitor: { age: 15 } });
const kind: Category = inPage.classify({ name: new Uint8Array([0xff]), thirdParty: true }).category;
// @ts-expect-error: a pair has two members
inPage.readSignals([['DNT']]);

export { chosen, end, first, InputError, kind, left, mayCount, rule };
