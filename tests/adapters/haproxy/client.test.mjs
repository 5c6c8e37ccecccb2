// Which law applies behind HAProxy. HAProxy adds the address that it sees after the fields that the visitor sent: a
// line that the visitor wrote must not choose the law.
import assert from 'node:assert';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { before, test } from 'node:test';
import { free_port, start } from '../started.mjs';
import { geo_database } from './places.mjs';

const { ABIDE_HAPROXY: haproxy, ABIDE_SERVER: server, ABIDE_SCRATCH: scratch } = process.env;
const texan = '127.0.0.5', german = '127.0.0.6', far_texan = '198.51.100.7', far_german = '203.0.113.9';

// The ways in which HAProxy can pass on the client's address, each on its own port. `option forwarded` of HAProxy 2.8
// writes the same field.
const ways = {
  'option forwardfor': ['option forwardfor'],
  'a field in place of the visitor\'s': ['http-request del-header X-Forwarded-For', 'option forwardfor if-none'],
  Forwarded: ['http-request add-header Forwarded for=%[src];proto=http'],
  both: ['option forwardfor', 'http-request add-header Forwarded for=%[src];proto=http'],
};
const ports = {};

before(async () => {
  const behind = await free_port();
  const places = { [texan]: 'US-TX', [german]: 'DE', [far_texan]: 'US-TX', [far_german]: 'DE' };
  writeFileSync(`${scratch}/geo.mmdb`, geo_database(places));
  writeFileSync(`${scratch}/policy.json`, JSON.stringify({
    site: { name: 'Shop' },
    jurisdiction: { from: 'maxmind', maxmind: 'geo.mmdb', trusted_proxies: ['127.0.0.1/32'] },
    cookies: [{ name: '_fbp', category: 'targeting' }],
  }));
  const sections = [];
  for (const [name, lines] of Object.entries(ways)) {
    ports[name] = await free_port();
    sections.push(`listen p${ports[name]}`, `  bind 127.0.0.1:${ports[name]}`, ...lines.map((line) => `  ${line}`),
      `  server s 127.0.0.1:${behind} source 127.0.0.1`);
  }
  writeFileSync(`${scratch}/haproxy.cfg`, ['defaults', '  mode http', '  timeout connect 5s', '  timeout client 20s',
    '  timeout server 20s', ...sections, ''].join('\n'));
  await start(server, ['policy.json', String(behind)], { port: behind, folder: scratch });
  await start(haproxy, ['-q', '-db', '-f', 'haproxy.cfg'], { port: Object.values(ports)[0], folder: scratch });
});

/** What the response says about a visitor at `address`: `opt_out` if the law lets a targeting cookie pass. */
const law_of = (way, address, fields) => new Promise((resolve, reject) => {
  const socket = net.connect({ port: ports[way], host: '127.0.0.1', localAddress: address });
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => { answer += chunk; });
  socket.on('error', reject);
  socket.on('close', () => {
    assert.match(answer, /^HTTP\/1.1 200 /);
    resolve(/^set-cookie: _fbp=/im.test(answer) ? 'opt_out' : 'opt_in');
  });
  const head = ['GET / HTTP/1.1', 'Host: shop.example', 'Connection: close', 'Sec-Fetch-Mode: navigate'];
  socket.write([...head, ...fields, '', ''].join('\r\n'));
});

const claims = {
  nothing: [],
  'one line': [`X-Forwarded-For: ${far_texan}`],
  'two lines': [`X-Forwarded-For: ${far_texan}`, `X-Forwarded-For: ${texan}`],
  'a list': [`X-Forwarded-For: ${far_german}, ${far_texan}`],
  Forwarded: [`Forwarded: for=${far_texan}`],
  'an open quote': ['Forwarded: for="'],
  'the proxy\'s own address': ['X-Forwarded-For: 127.0.0.1'],
  'other names': ['X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP'].map((name) => `${name}: ${far_texan}`),
};

for (const way of Object.keys(ways)) {
  for (const [claim, fields] of Object.entries(claims)) {
    test(`HAProxy with ${way}: German law applies to a German visitor who claims ${claim}`, async () => {
      assert.equal(await law_of(way, german, fields), 'opt_in');
    });
  }
  test(`HAProxy with ${way}: the law of Texas applies to a visitor in Texas`, async () => {
    assert.equal(await law_of(way, texan, []), 'opt_out');
  });
}

for (const way of ['option forwardfor', 'both']) {
  test(`HAProxy with ${way}: a Texan visitor's claim to be elsewhere is not believed either`, async () => {
    assert.equal(await law_of(way, texan, [`X-Forwarded-For: ${far_german}`]), 'opt_out');
  });
}
