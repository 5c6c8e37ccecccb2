// Uses every published type; compiled by tests/browser/types.test.mjs, never run.
import { accept, allows, allowsCookie, allowsUrl, core, on, open, ready, reject, save, start, state, withdraw, type Abide, type PageState } from '@abide/browser';
import { Gated, useAbide, type AbideView, type Wanted } from '@abide/browser/react';
import { createElement } from 'react';
import { open as openPanel, report, type Report } from '@abide/browser/panel';
import { allows as allowsBy, CATEGORIES, Core, InputError, load, type Category, type Decision } from '@abide/browser/core';

const api: Abide = start();
start({ policy: '/abide-policy.json', texts: '/texts/', notice: 'none' });
start({ policy: { cookies: [{ name: '_ga*', category: 'analytics' }] } });
open();
api.open();
const chosen: Promise<PageState>[] = [accept(), accept('functional'), accept(['analytics', 'functional']), reject(), withdraw(),
  save({ analytics: true, targeting: false, functional: 'keep' }, ['targeting'])];
// @ts-expect-error: not an optional category
accept(['required']);
// @ts-expect-error: not a category
save({ marketing: true });
await ready();

const seen: PageState = state();
const mayCount: boolean = allows('analytics') && allows('functional', true) &&
  allowsCookie('_ga', { host: 'www.shop.example' }) && allowsUrl('https://ads.example/', { type: 'script' });
// @ts-expect-error: a cookie is not a category
allows('_ga');

const end: () => void = on('change', (now) => console.log(now.allowed.length));
on('known', (now) => console.log(now === null || now.allowed.length));
on('signal', ({ from }) => console.log(from === 'page'));
// @ts-expect-error: there is no such event
on('ready', () => {});
document.addEventListener('abide:consent', ({ detail }) => console.log(detail.path));
document.addEventListener('abide:known', ({ detail }) => console.log(detail?.path));
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

const told: Report = await report({ policy: '/abide-policy.json' });
const whys: (string | undefined)[] = told.cookies.map(({ rule, category }) => rule + category).concat(told.state.reasons?.targeting.law ?? []);
await openPanel();
// @ts-expect-error: the panel takes no title
await openPanel({ title: 'x' });
console.log(whys);

const view: AbideView = useAbide();
const wanted: Wanted[] = [{ category: 'analytics' }, { category: '!analytics' }, { category: ['analytics', 'functional'], shared: true },
  { category: 'functional', service: 'Films' }, { cookie: '_ga', host: 'www.shop.example' }];
const answers: boolean[] = [view.allows('analytics'), view.allows(['analytics', 'targeting']), ...wanted.map((one) => view.allows(one))];
console.log(answers, view.decision.regime);
view.openSettings();
createElement(Gated, { category: 'analytics', fallback: 'no' }, 'yes');
createElement(Gated, { cookie: '_ga' }, createElement('p'));
// @ts-expect-error: not a category
view.allows('marketing');
// @ts-expect-error: a cookie or a category
createElement(Gated, { cookie: '_ga', category: 'analytics' });
// @ts-expect-error: the decision is read-only
view.decision.regime = 'notice';
