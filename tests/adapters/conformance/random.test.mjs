// Random requests and responses, whose fields and bodies matter to what Abide does: the other server sends the same bytes
// as the one with Boost.Beast. ABIDE_SEED and ABIDE_RUNS choose other ones.
import { test } from 'node:test';
import { page, random } from '../../html/pages.mjs';
import { any_of, policy, same } from './comparison.mjs';

const seed = Number(process.env.ABIDE_SEED || 1), runs = Number(process.env.ABIDE_RUNS || 400);
const longest = 7500; // servers limit the request line
const below = random(seed);
const one = (list) => list[below(list.length)];
const perhaps = (share, list) => (below(100) < share ? [one(list)] : []);

const cookies = ['cart=1', '_ga=GA1.1.1.1', '_fbp=fb.1.1', 'theme=dark', 'abide=1.nddd.AbCd', 'now_abide=0', 'signal_abide=1', 'a', '=b', 'x="y; z"', '__Secure-a=1', '_pk_id.1.ab=3', 'cart=2', ' _gid = 4 ', 'uid=\u00e9'];
const asked = {
  'Sec-GPC': ['1', '0', '1, 0', ' 1', 'true'], DNT: ['1', '0', '1-x'],
  Accept: ['text/html', 'text/html,application/xhtml+xml,*/*;q=0.8', '*/*', 'application/json', 'text/html;q=0', 'image/*'],
  'Sec-Fetch-Dest': ['document', 'iframe', 'frame', 'empty', 'image', 'script', 'object'], 'Sec-Fetch-Mode': ['navigate', 'cors', 'no-cors', 'same-origin'],
  'Sec-Fetch-Site': ['none', 'same-origin', 'cross-site'], 'Accept-Language': ['de', 'fr-CH, fr;q=0.9', 'xx', '*', 'en;q=0, pt'],
  'X-Requested-With': ['XMLHttpRequest', 'com.example'], 'HX-Request': ['true'], 'HX-Boosted': ['true'], 'Turbo-Frame': ['cart'], 'X-PJAX': ['true'], 'Sec-Purpose': ['prefetch', 'prefetch;prerender'],
  'If-None-Match': ['"a"', 'W/"a"', '*', '"a-abide-12"'], 'If-Modified-Since': ['Sun, 29 Nov 2026 00:00:00 GMT'], Origin: ['http://www.shop.example', 'null'],
  Referer: ['http://www.shop.example/', 'https://other.example/'], 'Abide-Consent': ['targeting'], 'Abide-Regime': ['notice'], 'X-Forwarded-For': ['203.0.113.9'], 'X-Forwarded-Proto': ['https', 'http'], 'X-Forwarded-Host': ['other.example', 'www.shop.example:8443'], Forwarded: ['for=203.0.113.9;proto=https', 'for="_x"'], 'CF-IPCountry': ['DE', 'US', 'GB', 'XX'], 'CF-Region-Code': ['CA', 'TX'],
  'Save-Data': ['on'], Pragma: ['no-cache'], 'Cache-Control': ['max-age=0'], 'User-Agent': ['curl/8', 'Googlebot/2.1'],
};
const sent = {
  'Content-Disposition': ['attachment', 'inline', 'attachment; filename=a.html'], 'Cache-Control': ['max-age=600', 'public, s-maxage=60', 'no-store', 'private', 'no-cache="set-cookie", max-age=9', 'immutable, max-age=31536000', 'no-transform'],
  Expires: ['0', 'Sun, 29 Nov 2037 00:00:00 GMT'], Pragma: ['no-cache'], ETag: ['"a"', 'W/"b"'], 'Last-Modified': ['Sun, 29 Nov 2026 00:00:00 GMT'], Vary: ['Accept', 'Cookie', 'Accept-Encoding, Sec-GPC', '*'],
  'Content-Language': ['de', 'fr, en'], 'Content-Security-Policy': ["default-src 'self'", "script-src 'nonce-abc' 'strict-dynamic'; style-src 'nonce-abc'", "sandbox allow-forms", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "default-src 'none'; report-to a"],
  'Content-Security-Policy-Report-Only': ["default-src 'self'", "script-src 'nonce-xyz'"], 'X-Frame-Options': ['DENY'], 'X-Content-Type-Options': ['nosniff'], Location: ['/next', 'https://other.example/'],
  Link: ['</a.css>; rel=preload; as=style', '<https://t.example/x.js>; rel=preload; as=script'], Refresh: ['5; url=/next'], 'Surrogate-Control': ['max-age=99'], 'CDN-Cache-Control': ['max-age=99'],
  Age: ['3'], 'Content-Digest': ['sha-256=:AAAA:'], Digest: ['sha-256=AAAA'], 'Clear-Site-Data': ['"cache"', '"cookies"'], 'Accept-CH': ['DPR'], 'Server-Timing': ['a;dur=1'], 'X-Robots-Tag': ['noindex'],
  'Referrer-Policy': ['no-referrer'], 'Cross-Origin-Opener-Policy': ['same-origin'], 'Permissions-Policy': ['geolocation=()'], 'Speculation-Rules': ['"/rules.json"'], 'Service-Worker-Allowed': ['/'], 'Abide-Regime': ['opt_in'],
};
const types = ['text/html', 'text/html; charset=utf-8', 'TEXT/HTML;charset="iso-8859-1"', 'text/html; charset=utf-16le', 'application/xhtml+xml', 'application/json', 'text/plain', 'text/html, text/plain', 'image/svg+xml', 'application/xml', 'text/event-stream', 'multipart/mixed; boundary=a', 'text', '*/*', 'text/html;', 'text/html; charset='];
const set = ['cart=1; Path=/', '_ga=GA1.1.5; Max-Age=9999', '_fbp=2; Expires=Sun, 29 Nov 2037 00:00:00 GMT', 'theme=light', '_ga=; Max-Age=0', '_gid=3; Domain=shop.example; Secure', '__Host-x=1; Path=/; Secure', 'a', '=b', 'uid="1; Path=/"', 'IDE=7; SameSite=None; Secure; Partitioned', 'cart=1; Path=/, _ga=2', '_hjid=\u00e9', 'PREF=1;HttpOnly;;'];
const html = '<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1><div id="app"></div></body></html>';
const bodies = [() => html, () => html, () => page(below), () => page(below), () => '', () => '{"a":1}', () => '<b>part</b>', () => ' \n<p>part', () => '\u00ef\u00bb\u00bf<!doctype html><title>x</title>', () => '\u00fe\u00ff\0<', () => '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head/><body/></html>',
  () => `${html}${' '.repeat(2500)}<!-- end -->`, () => `<!doctype html><head>${'<meta name=a content=b>'.repeat(60)}<meta charset=windows-1252></head><body>x`, () => 'google-site-verification: google1.html', () => '<svg xmlns="http://www.w3.org/2000/svg"/>', () => '<html amp><head></head><body></body></html>'];
const statuses = [200, 200, 200, 200, 201, 203, 301, 302, 303, 400, 401, 403, 404, 410, 418, 422, 429, 500, 503];

Object.assign(policy, one([{}, { caching: 'shared' }, { mode: 'observe' }, { jurisdiction: { fixed: 'US-CA' } },
  { caching: 'shared', jurisdiction: { from: 'cloudflare', trusted_proxies: ['127.0.0.1/32'] } }]));

const fields_of = (names, share) => Object.entries(names).flatMap(([name, values]) => perhaps(share, values).map((value) => [name, value]));

function exchange() {
  const headers = Object.fromEntries(fields_of(asked, 18));
  const jar = cookies.filter(() => below(100) < 25);
  if (jar.length > 0) headers.Cookie = jar.join('; ');
  const fields = [['Content-Type', one(types)], ...fields_of(sent, 8), ...set.filter(() => below(100) < 20).map((value) => ['Set-Cookie', value])];
  return { request: { method: one(['GET', 'GET', 'GET', 'HEAD', 'POST']), headers }, status: one(statuses), fields, body: one(bodies)() };
}

/// Streams have sent the fields when such a body turns out to be no page.
const begins_late = (body) => /^(?:\s|<!--[^]*?(?:-->|--!>|$))*(?:<[^>]*)?$/.test(body.slice(0, 1024));

test(`${runs} random exchanges are equal`, async () => {
  for (let i = 0; i < runs; ++i) {
    const { request, status, fields, body } = exchange();
    const path = any_of(status, fields.map(([name, value]) => `${name}: ${value}`), body);
    if (path.length < longest && !begins_late(body)) await same({ ...request, path });
  }
});
