// The shop's film: it waits in the module's box, loads once after one press, and can then be played.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, buttonOf, newVisitor, noticeOf, quiet } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { openShop } from './shop.mjs';

async function opened(t, options) {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, options);
  const { page } = visitor;
  const loads = [];
  page.on('request', (request) => { if (new URL(request.url()).pathname === '/film/spinning-a-shade') loads.push(request); });
  await visitor.open(`${shop.url}journal/spinning-a-shade`);
  await answerNotice(page, 'Reject all');
  return { page, visitor, loads, film: page.frameLocator('.film-player') };
}

test('the film waits behind its picture, and after one press it can be played with the mouse', async (t) => {
  const { page, loads, film } = await opened(t);
  const box = page.getByRole('group', { name: 'Spinning a shade' });
  assert.ok(await box.locator('img').evaluate((image) => image.complete && image.naturalWidth > 0));
  assert.equal(loads.length, 0);
  await buttonOf(box, 'Allow and show').click();
  await film.getByRole('button', { name: 'Pause' }).click();
  await film.getByRole('button', { name: 'Play' }).click();
  await film.getByRole('button', { name: 'Pause' }).waitFor();
  assert.equal(await box.count(), 0);
  await buttonOf(page, 'Withdraw consent').waitFor();
  await quiet(page);
  assert.equal(loads.length, 1);
});

test('with the keyboard alone the film can be loaded, played and moved, and accepting all does not load it again', async (t) => {
  const { page, loads, film } = await opened(t);
  await buttonOf(page, 'Allow and show').focus();
  await page.keyboard.press('Enter');
  const play = film.getByRole('button');
  await play.waitFor();
  await page.keyboard.press('Tab'); // the focus is on the film's frame
  await page.keyboard.press('Enter');
  await eventually('the film to stop', async () => await play.innerText() === 'Play');
  await page.keyboard.press('Tab');
  const at = () => film.getByRole('slider').inputValue();
  await page.keyboard.press('End');
  await eventually('the film to move', async () => Number(await at()) > 20 || Number(await at()) === 0);
  await page.evaluate(async () => {
    const { src } = [...document.scripts].find((script) => script.src.endsWith('/abide.mjs'));
    await (await import(src)).accept();
  });
  await quiet(page);
  assert.equal(loads.length, 1);
});

test('without scripts the film has a page of its own, one press away', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page, open } = await newVisitor(t, { javaScriptEnabled: false });
  await open(`${shop.url}journal/spinning-a-shade`);
  await noticeOf(page).waitFor();
  await page.getByRole('link', { name: 'Watch it on a page of its own' }).click();
  await page.waitForURL('**/film/spinning-a-shade');
});
