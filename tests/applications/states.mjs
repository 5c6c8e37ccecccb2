// What must hold for every application.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor } from '../browser/chromium.mjs';
import { byScript, byServer, statesOf, tableOf } from './application.mjs';

/** @param application resolves to what `start` returned; page: the path of a page for readers */
export function testsOfStates(application, page) {
  test('a counting plugin of the application sets nothing before consent, after refusal, with GPC and after withdrawal', async (t) => {
    const { name, url } = application();
    const rows = await statesOf(t, application(), new URL(page, url).href);
    for (const line of tableOf(name, rows)) t.diagnostic(line);
    for (const { when, wanted, shown, received, jar } of rows) {
      const allowed = /consent/.test(when);
      assert.deepEqual(received, allowed ? byServer : [], `${when}: what answers set`);
      if (when !== 'on withdrawal') assert.deepEqual(wanted, byServer, `${when}: the application knows nothing of consent`);
      if (!allowed) assert.deepEqual(shown, [], `${when}: the application is shown no tracking cookie`);
      if (allowed) assert.deepEqual(jar, [...byServer, ...byScript].sort(), when);
      // A server cannot stop cookies that a page's own script sets; the page deletes them, also before an answer.
      else assert.deepEqual(jar, [], `${when}: what the browser keeps`);
    }
    assert.deepEqual(rows.find(({ when }) => when === 'again, after consent').shown, ['_ga', '_gcl_au']);
  });

  test('the notice is there at the first paint', async (t) => {
    const visitor = await newVisitor(t);
    await visitor.page.addInitScript(() => {
      new PerformanceObserver((list) => {
        if (list.getEntriesByName('first-contentful-paint').length) window.seenAtPaint = Boolean(document.querySelector('[data-abide-notice]')?.offsetHeight);
      }).observe({ type: 'paint', buffered: true });
    });
    await visitor.open(new URL(page, application().url).href);
    assert.equal(await visitor.page.evaluate(() => window.seenAtPaint), true);
  });
}
