// "Reject all" with many cookies behind nginx: its default buffer holds response headers of 4 KB; if there are more, the
// visitor gets a 502.
import assert from 'node:assert';
import { writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { connect } from '../beast/wire.mjs';
import { free_port, start } from '../started.mjs';

const { ABIDE_NGINX: nginx, ABIDE_SERVER: server, ABIDE_SCRATCH: scratch } = process.env;
const host = 'www.shop.example';
let port;

before(async () => {
  const behind = await free_port();
  port = await free_port();
  writeFileSync(`${scratch}/policy.json`, JSON.stringify({
    site: { name: 'Shop' },
    jurisdiction: { fixed: 'DE' },
    cookies: [{ name: 'cart', category: 'required' }],
  }));
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${scratch}/${each};`);
  writeFileSync(`${scratch}/nginx.conf`, `daemon off; pid ${scratch}/nginx.pid; error_log stderr crit;
    ${process.getuid() === 0 ? 'user root;' : ''}
    events {}
    http { access_log off; ${folders.join(' ')}
      server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${behind}; proxy_set_header Host $http_host; } } }`);
  await start(server, ['policy.json', String(behind)], { port: behind, folder: scratch });
  await start(nginx, ['-e', 'stderr', '-c', `${scratch}/nginx.conf`], { port, folder: scratch });
});

/** A browser with this many cookies that the policy does not name. */
function browser(cookies) {
  const jar = new Map(Array.from({ length: cookies }, (_, i) => [`junk_${i}`, 'x'.repeat(20)]));
  const keep = (field) => {
    const [pair, ...attributes] = field.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    if (attributes.some((each) => /^domain=/i.test(each))) return;  // the undeclared cookies belong to the host
    if (attributes.some((each) => /^max-age=0$/i.test(each))) jar.delete(name);
    else jar.set(name, pair.slice(name.length + 1));
  };
  return {
    junk: () => [...jar.keys()].filter((name) => name.startsWith('junk_')).length,
    async ask(method, path, body = '') {
      const line = connect(port);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      line.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n`
        + `Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nAccept: text/html\r\nCookie: ${cookie}\r\n`
        + (body ? `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}` : '\r\n'));
      const response = await line.read();
      for (const field of response.all('set-cookie')) keep(field);
      return response.status;
    },
  };
}

for (const cookies of [12, 15, 80, 200]) {
  test(`"Reject all" of a visitor with ${cookies} undeclared cookies passes nginx, and all are gone a few pages later`, async (t) => {
    const b = browser(cookies);
    assert.equal(await b.ask('POST', '/consent', 'choice=reject-all&from=banner&return=/'), 303);
    const left = b.junk();
    let pages = 0;
    for (; b.junk() > 0 && pages < 20; ++pages) assert.equal(await b.ask('GET', '/'), 200);
    t.diagnostic(`${cookies} cookies: status 303 and ${left} left, then status 200 of each page, and none left after ${pages}`);
    assert.equal(b.junk(), 0);
  });
}
