// A Debian application behind nginx with Abide, started by samples/nginx/run, and the cookies it uses.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { free_port } from '../adapters/free_port.mjs';
import { answerNotice, jarOf, newVisitor, noticeOf, quiet } from '../browser/chromium.mjs';

const run = join(import.meta.dirname, '../../samples/nginx/run');

const endings = [];
after(() => Promise.all(endings.map((end) => end())));

/** Resolves when the application answers. It is stopped after the tests of the file. */
export async function start(name) {
  const folder = mkdtempSync(join(tmpdir(), `abide-${name}-`));
  const port = await free_port();
  const words = ['--application', name, '--port', port, '--folder', folder];
  if (process.env.ABIDE_MODULE) words.push('--module', process.env.ABIDE_MODULE);
  const started = spawn(run, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(started, 'exit');
  endings.push(async () => {
    started.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = await new Promise((resolve, reject) => {
    createInterface(started.stdout).on('line', (line) => { if (line.startsWith(`${name}: `)) resolve(line.slice(name.length + 2)); });
    ended.then(([status]) => reject(new Error(`${name} ended with ${status}`)));
  });
  const log = (file) => readFileSync(join(folder, file), 'utf8');
  return { name, url, log, requests: () => log('access.log').trim().split('\n').map(read) };
}

/** Parses a line of the server's log: what the application wanted to set, and which cookies it was shown. */
function read(line) {
  const [, method, path, status, cache, ga, fbp, shownGa, shownGcl] =
    /^(\S+) (\S+) (\d+) cache=(\S+) set _ga=(\S+) _fbp=(\S+) shown _ga=(\S+) _gcl_au=(\S+) /.exec(line) ?? [];
  const named = (pairs) => Object.entries(pairs).filter(([, value]) => value !== '-').map(([name]) => name);
  return { method, path, status: Number(status), cache, wanted: named({ _ga: ga, _fbp: fbp }), shown: named({ _ga: shownGa, _gcl_au: shownGcl }) };
}

export const byServer = ['_fbp', '_ga'], byScript = ['_gcl_au', '_gid'];
const tracking = [...byServer, ...byScript].sort();

/** What happened to the plugin's cookies in each state: a row each for visit, refusal, consent, withdrawal and signal. */
export async function statesOf(t, application, page) {
  const rows = [];
  const note = async (visitor, when) => {
    const from = application.requests().length;
    await visitor.open(page);
    await settled(visitor);
    const seen = application.requests().slice(from).filter(({ wanted }) => wanted.length);
    const names = (key) => [...new Set(seen.flatMap((each) => each[key]))].sort();
    const jar = (await jarOf(visitor)).map(({ name }) => name).sort();
    rows.push({ when, wanted: names('wanted'), shown: names('shown'), received: (await visitor.received()).filter((name) => tracking.includes(name)).sort(),
      jar: jar.filter((name) => tracking.includes(name)), others: jar.filter((name) => !tracking.includes(name)) });
  };
  const first = await newVisitor(t);
  await note(first, 'first visit');
  await note(first, 'again, no answer');
  await answerNotice(first.page, 'Reject all');
  await note(first, 'after refusal');
  const second = await newVisitor(t);
  await second.open(page);
  await answerNotice(second.page, 'Accept all');
  await note(second, 'after consent');
  await note(second, 'again, after consent');
  await second.page.locator('[data-abide-when="granted"] button').first().click();
  await noticeOf(second.page).waitFor({ state: 'hidden' });
  await settled(second);
  rows.push({ when: 'on withdrawal', wanted: [], shown: [], received: [],
    jar: (await jarOf(second)).map(({ name }) => name).filter((name) => tracking.includes(name)).sort(), others: [] });
  await note(second, 'after withdrawal');
  const third = await newVisitor(t, { gpc: true });
  await note(third, 'with GPC');
  await note(third, 'with GPC, again');
  return rows;
}

/** The page clears cookies half a second after its own work. */
async function settled({ page }) {
  await quiet(page);
  await page.waitForTimeout(1200);
}

/** A table as lines of text, for the test's output. */
export function tableOf(name, rows) {
  const lines = rows.map(({ when, wanted, shown, received, jar }) =>
    [when, wanted, shown, received, jar].map((cell) => (Array.isArray(cell) ? cell.join(' ') || '-' : cell)));
  const all = [[name, 'application set', 'was shown', 'browser received', 'browser keeps'], ...lines];
  const widths = all[0].map((_, i) => Math.max(...all.map((line) => line[i].length)));
  return all.map((line) => line.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd());
}
