// What /metrics and /health of a module report after a known number of requests, summed over all its processes.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** The numbers that `get` reads at /metrics, by name and labels. */
export async function readMetrics(get) {
  const { status, headers, body } = await get('/metrics');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  return Object.fromEntries(body.split('\n').filter((line) => line.startsWith('abide')).map((line) => {
    const end = line.lastIndexOf(' ');
    return [line.slice(0, end), Number(line.slice(end + 1))];
  }));
}

const requests = 'abide_request_seconds_count';

/** A request is counted after its answer: reads until nothing more is added. */
async function settledMetrics(get) {
  for (let before = await readMetrics(get); ;) {
    await pause(200);
    const now = await readMetrics(get);
    if (now[requests] === before[requests]) return now;
    before = now;
  }
}

/** `get` and `choose` send requests to the module; `{ by: false }` opens a connection for each request, so that several
    processes answer. Returns the numbers afterwards. */
export async function assertCounted({ get, choose, navigation }) {
  const before = await settledMetrics(get);
  for (let i = 0; i < 40; ++i) await get('/json', { cookie: '_ga=1', 'sec-gpc': '1' }, { by: false });
  await Promise.all(Array.from({ length: 10 }, () => get('/page', navigation, { by: false })));
  assert.equal((await choose('reject-all')).status, 303);
  const after = await settledMetrics(get), more = (name) => after[name] - before[name];
  assert.equal(more('abide_answers_total{class="2xx"}'), 50);
  assert.equal(more('abide_answers_total{class="3xx"}'), 1);
  assert.equal(more('abide_decisions_total{regime="opt_in",signal="gpc",choice="no"}'), 40);
  assert.equal(more('abide_notices_total'), 10);
  assert.ok(more('abide_cookies_withheld_total{category="analytics"}') >= 50);
  assert.equal(more('abide_cookies_hidden_total{category="analytics"}'), 40);
  assert.equal(more('abide_choices_total{result="saved"}'), 1);
  assert.equal(more(requests), 51);
  assert.equal(after.abide_store_up, 1);
  assert.equal((await get('/health')).body, '{"status":"ok","store":"ok"}\n');
  assert.equal((await get('/metrics', {}, { method: 'POST', body: 'x' })).status, 405);
  return after;
}
