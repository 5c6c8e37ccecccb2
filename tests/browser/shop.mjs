// Starts the sample shop with its two stand-in vendors on free ports, and reads what the vendors received.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = process.env.ABIDE_BIN ?? join(root, 'build/release/bin');
const policyFile = join(root, 'samples/shop/policy.json'); // from these sources, wherever the programs were built

export const shopPolicy = () => JSON.parse(readFileSync(policyFile, 'utf8'));

/**
 * A separate shop for the test `t`.
 * @param options location: where visitors are; mode: enforce or observe; keys: the keys that sign choices;
 *                change: gets the shop's policy and returns another; https: it is behind a front with TLS
 */
export async function openShop(t, { location = 'DE', mode, keys, change, https } = {}) {
  const words = ['--root', join(root, 'samples/shop'), '--port', '0', '--location', location];
  if (mode) words.push('--mode', mode);
  if (https) words.push('--https');
  if (process.env.ABIDE_BROWSER) words.push('--browser', process.env.ABIDE_BROWSER);
  if (keys || change) words.push('--policy', writePolicy(t, keys, change));
  const shop = spawn(join(bin, 'abide-shop'), words, {
    env: { ...process.env, ABIDE_KEYS: keys ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let closing = false;
  const ended = new Promise((resolve) => shop.once('close', (code, signal) => resolve(closing ? 0 : code ?? signal)));
  const close = () => (closing = true, shop.kill(), ended);
  t.after(async () => {
    if (shop.exitCode !== null || shop.signalCode !== null) assert.equal(await ended, 0, 'the shop ended by itself');
    await close();
  });

  const [own, ads, metrics] = await addresses(shop);
  return { url: own.href, host: own.host, close, ads: vendor(ads), metrics: vendor(metrics) };
}

function writePolicy(t, keys, change = (policy) => policy) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-policy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const policy = change(shopPolicy());
  if (keys) policy.consent = { ...policy.consent, keys: 'env:ABIDE_KEYS' };
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

/** The three addresses that the shop prints when it is ready. */
function addresses(shop) {
  const found = [], said = [];
  return new Promise((resolve, reject) => {
    shop.once('error', reject);
    shop.once('close', () => reject(new Error(`abide-shop did not open: ${said.join('\n')}`)));
    shop.stderr.on('data', (bytes) => said.push(`${bytes}`));
    createInterface(shop.stdout).on('line', (line) => {
      said.push(line);
      const [address] = /http:\/\/\S+/.exec(line) ?? [];
      if (address) found.push(new URL('/', address));
      if (found.length === 3) resolve(found);
    });
  });
}

/** A stand-in vendor, with its log of received requests. */
function vendor(address) {
  const log = new URL('/log', `http://127.0.0.1:${address.port}`);
  return {
    origin: address.origin,
    /** Every request that the vendor received, oldest first. */
    requests: async () => (await (await fetch(log)).json()).requests,
    forget: () => fetch(log, { method: 'DELETE' }),
  };
}

/** The requests that both vendors received. */
export async function vendorRequests(shop) {
  return [...await shop.ads.requests(), ...await shop.metrics.requests()].map(({ target }) => target);
}

export async function forgetVendorRequests(shop) {
  await Promise.all([shop.ads.forget(), shop.metrics.forget()]);
}
