// Random policies of sites, and realistic visitors with records of their own choices. The same for the same seed.
import { readFileSync } from 'node:fs';
import { Requests } from './requests.mjs';

export const HOST = 'shop.example';
const VENDORS = [undefined, 'Counter', 'Replay', 'Counter'];
const PLACES = [null, 'GB', 'GB', 'FR', 'DE', 'US-CA', 'US-TX', 'IN', 'JP'];
const WISHES = ['accept-all', 'reject-all', 'save', 'opt-out', 'withdraw', 'object', 'add'];
const TIMES = ['2026-11-22T00:00:00Z', '2026-11-22T00:10:00Z', '2026-11-23T00:00:00Z'];
const OPTIONAL = ['analytics', 'functional', 'targeting'];

const catalog = readFileSync(new URL('../../sdk/data/catalog.tsv', import.meta.url), 'utf8').split('\n')
  .filter((line) => line !== '' && !line.startsWith('#')).slice(1).map((line) => line.split('\t').slice(0, 2));

export class Visits extends Requests {
  #core;

  /** @param core makes the records; the caller sets its policy */
  constructor(seed, core) {
    super(seed, catalog);
    this.#core = core;
  }

  sitePolicy() {
    const cookies = this.many(8, () => this.siteCookie()).filter(({ name }) => name.split('*').length < 3);
    // Cookies that are declared shared cannot be exempt: the loader refuses such a policy.
    const exempt = this.many(3, () => this.pick(['GB:statistical:_ga*', 'GB:statistical:_counter', 'GB:appearance:theme',
      'FR:statistical:_pk*'])).filter((text) => cookies.every(({ name, shared, contract }) => {
      const mayMeet = name.includes('*') || name.startsWith(text.split(':')[2].replace('*', ''));
      return !mayMeet || shared === false || contract === 'processor';
    }));
    return { site: { host: HOST }, cookies, exempt, unknown: this.pick(['targeting', 'party']),
      signals: { gpc_exception: this.pick(['informed', 'never']), dnt: this.pick(['as_objection', 'as_gpc', 'ignore']) } };
  }

  siteCookie() {
    const { contract, ...one } = {
      name: this.pick(['_ga*', '_ga', '_pin_unauth', 'replay', '_counter', 'theme', 'cart', 'uid*', '*', this.pick(catalog)[0]]),
      host: this.chance(0.2) ? this.pick([HOST, '.shop.example', 'ads.example']) : undefined,
      category: this.pick(['required', 'analytics', 'analytics', 'functional', 'targeting']), vendor: this.pick(VENDORS),
      shared: this.pick([undefined, undefined, true, false]), contract: this.pick([undefined, undefined, 'processor']) };
    return one.shared === undefined ? { ...one, contract } : one; // the policy may have only one of the two
  }

  some() { return OPTIONAL.filter(() => this.chance(0.4)); }

  /** A visit in the form that `abide decide` takes. */
  visit() {
    const headers = [...(this.chance(0.4) ? [['Sec-GPC', '1']] : []), ...(this.chance(0.2) ? [['DNT', '1']] : [])];
    const location = this.pick(PLACES);
    let record = null;
    for (const now of TIMES.slice(0, this.below(3)))
      record = this.#core.choose({ headers, location, now, record, visitor: { known: record !== null },
        choice: this.pick(WISHES), grant: this.some(), keep: this.some(), exception: this.chance(0.3) ? this.some() : [],
        from: 'banner' });
    return { headers, location, now: TIMES[2], record, visitor: { known: record !== null } };
  }
}
