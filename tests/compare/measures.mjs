// What is measured once for one tool: a slow cold load, the work of a load, and a press of Accept.
import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { calm, inBrowser, processOf, slow, threadTime, throttle } from './browser.mjs';
import { settled, watch } from './watch.js';

const seenBy = (page) => page.evaluate(() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return { ...window.seen, fcp: paint?.startTime ?? null };
});

const watched = async (page, { banner, accept, ready }) => page.addInitScript(watch, { banner, accept, ready });

/** A cold load on the slow phone: times, bytes, requests, layout shift. */
export function slowLoad(tool, site, picture) {
  return inBrowser(async ({ control, page }) => {
    await watched(page, tool);
    await calm(control);
    await throttle(page, slow);
    site.log.length = 0;
    await page.goto(site.url, { waitUntil: 'load', timeout: 60_000 });
    await page.evaluate(settled, 1500);
    const { fcp, visible, steady, ready, longTasks, shift } = await seenBy(page);
    if (picture) await page.screenshot({ path: picture });
    const sent = site.log.map(({ path, bytes }) => ({ path, bytes }));
    return { fcp, visible, steady: visible && Math.max(visible, steady), ready, blocking: longTasks, shift, requests: sent.length,
      bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0), sent };
  }, { site });
}

/** Whether this machine can count instructions. */
export const countsInstructions = () => {
  const { status, stderr } = spawnSync('perf', ['stat', '-x,', '-e', 'instructions:u', 'true'], { encoding: 'utf8' });
  return status === 0 && !/not supported|not counted/.test(stderr);
};

/** The renderer's work for one load, without throttling or tracing. The process is already running and warm. */
export function work(tool, site, counted) {
  return inBrowser(async ({ control, page }) => {
    await page.goto(`${site.url}blank`);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await calm(control);
    const renderer = await processOf(control, page);
    await pause(300);
    const perf = counted && countOf(renderer);
    const before = threadTime(renderer), scriptBefore = await scriptTime(session);
    await page.goto(site.url, { waitUntil: 'load' });
    await pause(3000);
    const after = threadTime(renderer), script = await scriptTime(session) - scriptBefore;
    const instructions = perf ? await perf() : null;
    if (after - before < 5) throw new Error('the page moved to another process');
    return { cpu: after - before, script, instructions };
  }, { site });
}

async function scriptTime(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration').value * 1000;
}

function countOf(pid) {
  const words = ['stat', '-x,', '-e', 'instructions:u', '-p', `${pid}`];
  const perf = spawn('perf', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  perf.stderr.on('data', (bytes) => { said += bytes; });
  return () => new Promise((resolve) => {
    perf.once('close', () => resolve(Number(said.split(',')[0])));
    perf.kill('SIGINT');
  });
}

/** A press of Accept while an analytics tag of 250 ms waits in the page. */
export function press(tool, site, condition) {
  return inBrowser(async ({ control, page }) => {
    await watched(page, tool);
    await calm(control);
    await throttle(page, condition);
    await page.goto(`${site.url}checkout`, { waitUntil: 'load', timeout: 60_000 });
    await page.evaluate(settled, 1500);
    const { x, y, width, height } = await page.locator(tool.accept).boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await pause(300);
    await page.mouse.click(x + width / 2, y + height / 2);
    const answered = () => window.ran?.analytics && window.seen.gone !== null;
    await page.waitForFunction(answered, null, { timeout: 15_000 }).catch(() => {}); // some tools never answer
    await pause(700);
    const { seen, ran } = await page.evaluate(() => ({ seen: window.seen, ran: window.ran }));
    const since = (time) => (time == null ? null : time - seen.click);
    return { next: seen.interaction ?? since(seen.frame), frame: since(seen.frame), second: since(seen.secondFrame),
      gone: since(seen.gone), tag: since(ran?.analytics) };
  }, { site });
}
