// What every server with Abide as a module does with cookies and with visitors' choices. Each case takes the server:
//   visitor, application, folder; processes(): identifiers; own_cookies: paths where the server itself sets cookies
//   unreadable: statuses of the answers to requests that no server can read, by their bytes
//   missing: a path without a file; http2: the port for HTTP/2, or why there is none; reload(): the result of a reload
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { assertCounted } from './counted.mjs';
import { awaitLine, peaksOf } from './module_server.mjs';
import { assertFiltered, assertNotice, assertUnfiltered, form, jarOf, navigation } from './module_visitor.mjs';

const { ABIDE: abide } = process.env;

/** Resolves once the store is locked; calling the result releases it. */
async function lockStore(folder) {
  const lock = spawn('python3', ['-c', `import sqlite3, sys
held = sqlite3.connect(${JSON.stringify(folder.at('records/abide.db'))}, isolation_level=None)
held.execute('BEGIN EXCLUSIVE')
print('held', flush=True)
sys.stdin.read()
held.execute('COMMIT')`], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(lock.stdout, 'data');
  return () => lock.stdin.end();
}

/** The subject that a choice was saved under. */
const subjectOf = ({ set }) => /^abide=[^~]*~(\w+)~/m.exec(set.join('\n'))[1];

/** Five visitors ask for pages and one chooses, until `stop` resolves to how many requests there were, and to the subjects
    of the choices. Each request has a connection of its own: servers close idle ones on reload, with Abide or without. */
function load({ choose, get }) {
  let is_over = false, requests = 0;
  const acknowledged = [];
  const line = async (i) => {
    for (; !is_over; ++requests) {
      const reply = i === 0 ? await choose('accept-all', {}, false) : await get(i % 2 ? '/page' : '/json', navigation, { by: false });
      assert.equal(reply.status, i === 0 ? 303 : 200);
      if (i === 0) acknowledged.push(subjectOf(reply));
      else assertFiltered(reply);
    }
  };
  const lines = Promise.all(Array.from({ length: 6 }, (_, i) => line(i)));
  return async () => {
    is_over = true;
    await lines;
    return { requests, acknowledged };
  };
}

function assertKept(acknowledged, store) {
  const kept = spawnSync(abide, ['records', 'export', store, '--format', 'csv'], { encoding: 'utf8', maxBuffer: 1e9 }).stdout;
  assert.deepEqual(acknowledged.filter((subject) => !kept.includes(subject)), []);
  assert.equal(spawnSync(abide, ['records', 'verify', store]).status, 0);
}

export const choiceCases = {
  'a proxied answer is filtered in both directions, and what is not a page is left unchanged': async (server) => {
    const { visitor: { get }, application: { seen } } = server;
    const reply = await get('/json', { cookie: 'basket=1; _ga=GA1.1.5' });
    assertFiltered(reply);
    assert.ok(reply.set.includes('basket=1; Path=/'));
    assert.equal(reply.body, '{"a":1}');
    assert.equal(seen.at(-1).headers.cookie, 'basket=1');
    assert.equal(seen.at(-1).headers['x-given-cookie'], 'basket=1', 'the configuration of the server knows the same cookies');
    await get('/json', { cookie: '_ga=1' });
    assert.equal(seen.at(-1).headers.cookie, undefined);
    assert.equal(seen.at(-1).headers['x-given-cookie'], undefined);
  },

  'several Cookie fields form one list': async ({ visitor: { getWith }, application: { seen } }) => {
    await getWith('basket=1', '_ga=GA1.1.5', 'basket=2; _fbp=3', '_gid=4');
    assert.equal(seen.at(-1).headers.cookie, 'basket=1; basket=2');
    await getWith('basket=Mon, 30 Nov 2026, "a"');
    assert.equal(seen.at(-1).headers.cookie, 'basket=Mon, 30 Nov 2026, "a"');
  },

  'hundreds of Cookie fields are filtered in little memory': async ({ visitor: { getWith }, application: { seen }, processes }) => {
    const before = peaksOf(processes());
    await getWith(...Array.from({ length: 900 }, () => '_ga=1'));
    assert.equal(seen.at(-1).headers.cookie, undefined);
    await getWith(...Array.from({ length: 450 }, (_, i) => [`_ga=${i}`, `basket=${i}`]).flat(), '_fbp=1');
    assert.equal(seen.at(-1).headers.cookie, Array.from({ length: 450 }, (_, i) => `basket=${i}`).join('; '));
    const more = [...peaksOf(processes())].reduce((sum, [pid, peak]) => sum + peak - (before.get(pid) ?? peak), 0);
    assert.ok(more < 4000, `${more} kB`);
  },

  'HTTP/2 is filtered in the same way, with cookies in several fields': async ({ http2, application: { seen } }, t) => {
    if (http2.missing) return t.skip(http2.missing);
    const session = connect(`http://127.0.0.1:${http2.port}`);
    const stream = session.request({ ':path': '/page', ...navigation, cookie: ['basket=1', '_ga=1'] });
    const [headers] = await once(stream, 'response');
    const parts = [];
    for await (const part of stream) parts.push(part);
    session.close();
    assertFiltered({ set: headers['set-cookie'] });
    assertNotice({ body: String(Buffer.concat(parts)) });
    assert.equal(seen.at(-1).headers.cookie, 'basket=1');
  },

  'cookies that the server itself sets are filtered: added fields, cookies for users, redirects, errors': async (server) => {
    const { visitor: { visit }, own_cookies, missing } = server;
    for (const path of own_cookies) {
      assertFiltered(await visit(path), path);
      assertFiltered(await visit(path, { cookie: '_ga=1; _fbp=2' }), path);
    }
    assert.ok((await visit('/added/page')).set.includes('basket=added'));
    assert.equal((await visit('/moved/')).status, 302);
    for (const [path, status] of [['/closed/', 403], [missing, 404]]) {
      const page = await visit(path);
      assert.equal(page.status, status, path);
      assertNotice(page, path);
    }
  },

  'cookies that the server adds to the error of a request that it cannot read are filtered': async ({ visitor, unreadable }) => {
    for (const [bytes, status] of Object.entries(unreadable)) {
      const answer = await visitor.send(bytes);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assertFiltered({ set: [...answer.matchAll(/^Set-Cookie: (.*)\r$/gm)].map(([, field]) => field) }, bytes.slice(0, 30));
    }
  },

  'where the server says that a page may hold no script, none is inserted': async ({ visitor: { visit } }) => {
    const page = await visit('/added/page');
    assertNotice(page);
    assert.ok(!page.body.includes('<script>'));
    assert.ok((await visit('/page')).body.includes('<script'));
  },

  'a cache in the server keeps nothing of one visitor for another': async ({ visitor: { choose, get, visit } }) => {
    const jar = jarOf(await choose('accept-all'));
    assertUnfiltered(await visit('/saved/json', { cookie: jar }));
    for (let i = 0; i < 3; ++i) assertFiltered(await visit('/saved/json'), '/saved/json');
    const counts = [await get('/saved/public'), await get('/saved/public')].map(({ body }) => body);
    assert.equal(counts[0], counts[1], 'what is no page and sets no cookie is kept');
  },

  'the operator reads what all processes counted together, and the state of the store': async ({ visitor: { get, choose } }) => {
    await assertCounted({ get, choose, navigation });
  },

  'a choice is saved and lets the cookies pass, a withdrawal stops them, and every process knows it': async (server) => {
    const { visitor: { choose, get, visit }, application: { seen }, folder } = server;
    const chosen = await choose('accept-all');
    assert.equal(chosen.status, 303);
    const jar = `_ga=GA1.1.5; ${jarOf(chosen)}`;
    for (let i = 0; i < 20; ++i) {
      assertUnfiltered(await get('/page', { ...navigation, cookie: jar }, { by: false }));
      assert.match(seen.at(-1).headers.cookie, /_ga=GA1\.1\.5/);
    }
    const withdrawn = await choose('withdraw', { cookie: jar });
    assert.equal(withdrawn.status, 303);
    assertFiltered(await visit('/page', { cookie: `_ga=GA1.1.5; ${jarOf(withdrawn)}` }));
    await awaitLine(folder, 'access.log', /^\/page 200 regime=opt_in place=DE gpc=0 choice=1 allowed=required\+analytics\+functional\+targeting$/m);
  },

  'a choice from another site, and one that is too long, are refused': async ({ visitor: { get } }) => {
    assert.equal((await get('/consent', { ...form, 'sec-fetch-site': 'cross-site' }, { method: 'POST', body: 'choice=accept-all' })).status, 403);
    assert.equal((await get('/consent', form, { method: 'POST', body: 'x'.repeat(30_000) })).status, 413);
  },

  'the host of an absolute target is the one that is asked for, with or without a Host field': async ({ visitor: { send } }) => {
    const post = async (line, host, origin) => {
      const body = 'choice=reject-all&from=banner';
      const fields = [host && `Host: ${host}`, `Origin: ${origin}`, 'Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`, 'Connection: close'];
      return Number(/^HTTP\/1\.[01] (\d+)/.exec(await send([`POST ${line}`, ...fields.filter(Boolean), '', body].join('\r\n')))?.[1]);
    };
    const lines = [ // the request line, the Host field, the origin that was asked for, and others
      ['/consent HTTP/1.1', 'a.example', 'http://a.example', 'http://b.example'],
      ['/consent HTTP/1.1', 'a.example:8080', 'http://a.example:8080', 'http://a.example:9090'],
      ['/consent HTTP/1.0', '', 'http://127.0.0.1', 'http://b.example'],
      ['http://b.example/consent HTTP/1.1', 'a.example', 'http://b.example', 'http://a.example'],
      ['http://b.example:8080/consent HTTP/1.1', 'b.example:9090', 'http://b.example:8080', 'http://b.example:9090'],
      ['http://b.example:8080/consent HTTP/1.1', 'b.example:8080', 'http://b.example:8080', 'http://a.example'],
      ['http://b.example/consent?x=1 HTTP/1.0', '', 'http://b.example', 'http://a.example', 'http://127.0.0.1'],
      ['http://b.example:8080/consent HTTP/1.0', '', 'http://b.example:8080', 'http://b.example:9090', 'http://127.0.0.1'],
    ];
    for (const [line, host, own, ...others] of lines) {
      assert.equal(await post(line, host, own), 303, `${line}, Host: ${host}, from ${own}`);
      for (const other of others) assert.equal(await post(line, host, other), 403, `${line}, Host: ${host}, from ${other}`);
    }
  },
  'a signal is honoured and available to logs': async ({ visitor, folder }) => {
    assertFiltered(await visitor.visit('/page?signal', { 'sec-gpc': '1' }));
    await awaitLine(folder, 'access.log', /^\/page\?signal 200 regime=opt_in place=DE gpc=1 choice=0 allowed=required/m);
  },

  'the application is told the decision, and never what a visitor sends under that name': async (server) => {
    const { visitor: { choose, visit }, application: { seen } } = server;
    const told = async (headers) => {
      await visit('/page', headers);
      return seen.at(-1).headers['abide-consent'];
    };
    const refused = 'required, analytics=?0, functional=?0, targeting=?0, sharing=?0, gpc=?0, chosen=?0, regime=opt_in, place=DE';
    assert.equal(await told({}), refused);
    assert.equal(await told({ 'abide-consent': 'targeting, sharing', Abide_Consent: 'targeting' }), refused);
    assert.equal(seen.at(-1).headers.abide_consent, undefined, 'programs read it as HTTP_ABIDE_CONSENT too');
    assert.match(await told({ 'sec-gpc': '1' }), /, gpc, chosen=\?0/);
    assert.match(await told({ cookie: jarOf(await choose('accept-all')) }), /^required, analytics, functional, targeting, sharing, gpc=\?0, chosen,/);
  },

  'a save that waits for the store delays only its own visitor': async ({ visitor: { choose, get }, folder }) => {
    await choose('accept-all');
    const release = await lockStore(folder);
    let is_saved = false;
    const saving = choose('reject-all', {}, false).then((reply) => { is_saved = true; return reply; });
    await pause(200);
    for (let i = 0; i < 20; ++i) assert.equal((await get('/page', navigation, { by: false })).status, 200);
    assert.equal(is_saved, false);
    release();
    assert.equal((await saving).status, 303);
  },

  'a reload under load loses no request and no acknowledged choice': async ({ visitor, folder, reload }) => {
    const stop = load(visitor);
    for (let i = 0; i < 5; ++i) {
      await pause(600);
      assert.equal(reload().status, 0);
    }
    await pause(600);
    const { requests, acknowledged } = await stop();
    assertKept(acknowledged, folder.store);
    assert.ok(requests > 100, `${requests}`);
  },
};
