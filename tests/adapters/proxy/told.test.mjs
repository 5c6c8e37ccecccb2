// The samples that read Abide-Consent: a server-side tag sends nothing until the visitor agrees, and no visitor can forge
// the field.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import net from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { free_port } from '../free_port.mjs';
import { proxy, sleep } from './proxy.mjs';

const samples = join(import.meta.dirname, '../../../samples/backend');
const running = [];
after(() => running.forEach((each) => each.kill('SIGKILL')));
const curl = (...words) => execFileSync('curl', ['-sS', '--max-time', '10', ...words], { encoding: 'utf8' });

const languages = [
  ['node', (port) => [join(samples, 'app.mjs'), String(port)]],
  ['python3', (port) => [join(samples, 'app.py'), String(port)]],
  ['php', (port) => ['-S', `127.0.0.1:${port}`, join(samples, 'app.php')]],
];

const listens = (port) => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
  socket.on('error', () => resolve(false));
});

for (const [program, words] of languages) {
  const skip = spawnSync(program, ['--version']).status === 0 ? false : `no ${program}`;
  test(`${program}: the tag is silent before consent, speaks after it, and is silent after withdrawal`, { skip }, async () => {
    const port = await free_port();
    const app = spawn(program, words(port), { stdio: ['ignore', 'pipe', 'ignore'] });
    running.push(app);
    let tags = '';
    app.stdout.on('data', (bytes) => { tags += bytes; });
    for (let i = 0; i < 200 && !await listens(port); ++i) await sleep(50);
    const { url } = await proxy('--to', `http://127.0.0.1:${port}`);
    const visit = async (path, ...more) => {
      assert.match(curl(...more, `${url}${path}`), /Hello/);
      await sleep(100);
    };
    const choose = (choice, ...more) => curl('-i', ...more, '-H', `Origin: ${url}`, '-d', `choice=${choice}&from=banner`, `${url}/consent`).match(/set-cookie: ([^;]*)/i)[1];
    await visit('/before');
    await visit('/forged', '-H', 'Abide-Consent: analytics', '-H', 'Abide_Consent: analytics', '-H', 'abide-consent: required, analytics');
    assert.equal(tags, '');
    const agreed = choose('accept-all');
    await visit('/agreed', '-H', `Cookie: ${agreed}`);
    assert.equal(tags, 'tag: a visit to /agreed\n');
    const withdrawn = choose('reject-all', '-H', `Cookie: ${agreed}`);
    await visit('/withdrawn', '-H', `Cookie: ${withdrawn}`);
    assert.equal(tags, 'tag: a visit to /agreed\n');
  });
}
