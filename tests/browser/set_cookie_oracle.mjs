// Set-Cookie fields with odd lifetimes, and what a browser's jar then contains.
import { once } from 'node:events';
import { createServer } from 'node:http';

const DAY = 86400;
const lifetimes = ['0', '-1', '60', '7200', '34560000', '99999999', '99999999999999999999', '-99999999999999999999', '-0', '00',
  '0060', '+60', '', ' ', '-', '- 1', '60x', 'x60', '60 70', '60,0', '1.5', '0.5', '1e9', '0x10', '"60"', "'0'", '\t60\t'];
const spelled = ['Max-Age', 'max-age', 'MAX-AGE', 'mAx-aGe'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (number) => String(number).padStart(2, '0');

// Ways to write a date that a browser may or may not understand.
const written = [
  (d) => d.toUTCString(), // the usual form, three times as often
  (d) => d.toUTCString(),
  (d) => d.toUTCString(),
  (d) => `${weekdays[d.getUTCDay()]}, ${two(d.getUTCDate())}-${months[d.getUTCMonth()]}-${two(d.getUTCFullYear() % 100)} ${time(d)} GMT`,
  (d) => `${weekdays[d.getUTCDay()].slice(0, 3)} ${months[d.getUTCMonth()]} ${d.getUTCDate()} ${time(d)} ${d.getUTCFullYear()}`,
  (d) => d.toUTCString().replaceAll(' ', '-'),
  (d) => d.toUTCString().toLowerCase(),
  (d) => d.toUTCString().replace('GMT', ''),
  (d) => d.toUTCString().replace('GMT', 'PST'),
  (d) => d.toUTCString().replace('GMT', '+0500'),
  (d) => d.toUTCString().replace('GMT', 'GMT-1200'),
  (d) => `"${d.toUTCString()}"`,
  (d) => d.toISOString(),
  (d) => String(Math.floor(d / 1000)),
  (d) => d.toUTCString().slice(5),
  (d) => d.toUTCString().slice(0, -4).replace(/:\d\d$/, ''), // no seconds
  (d) => d.toUTCString().replace(/\d\d:/, '24:'),
  (d) => d.toUTCString().replace(/(\d\d) (\w{3}) (\d{4})/, '$2 $1 $3'),
  (d) => d.toUTCString().replace(/(\w{3}) (\d{4})/, (_, month, year) => `${month}ember ${year}`),
  (d) => d.toUTCString().replace(/\d\d \w{3} /, ''), // no day
  (d) => d.toUTCString().replace(/ (\d{4}) /, (_, year) => ` ${year % 100} `),
  (d) => `${d.getUTCMonth() + 1}/${d.getUTCDate()}/${d.getUTCFullYear()} ${time(d)}`,
  (d) => `${d.getUTCFullYear()} ${months[d.getUTCMonth()]} ${d.getUTCDate()} ${time(d)}`,
  (d) => d.toUTCString().replace(',', ',,').replaceAll(':', ' : '),
  (d) => `${d.toUTCString()} ${new Date(0).toUTCString()}`,
];
const time = (d) => d.toUTCString().slice(17, 25);
const fixed = ['0', '-1', '', 'never', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Thu, 01-Jan-1970 00:00:01 GMT', 'Thu, 01 Jan 1969 00:00:00 GMT',
  '1 Jan 1600 00:00:00', '1 Jan 1601 00:00:00', 'Fri, 31 Dec 9999 23:59:59 GMT', 'Fri, 31 Dec 10000 23:59:59 GMT',
  'Tue, 30 Feb 2038 00:00:00 GMT', 'Tue, 31 Apr 2020 00:00:00 GMT', 'Tue, 0 Mar 2038 00:00:00 GMT', '1 Jan 70 00:00:00', '1 Jan 69 00:00:00',
  '1 Jan 99 00:00:00', '1 Jan 0 00:00:00', '1 Jan 038 00:00:00', 'Jan 1 00:00:00 2038', 'Thu, 01 Jan 1970', '01 Jan 1970 00:00:60'];
// Seconds from now. None is so close to a limit that the duration of a test matters.
const distances = [-20 * 365 * DAY, -400 * DAY, -DAY, -3 * 3600, 3 * 3600, 2 * DAY, 30 * DAY, 300 * DAY, 900 * DAY, 8000 * DAY];
const skews = [null, null, 0, -DAY, -40 * DAY, -3 * 365 * DAY, -20 * 365 * DAY, DAY, 40 * DAY, 3 * 365 * DAY, 'epoch', 'yesterday', '', 'old form'];
const beside = ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure', 'Version=1', '', 'max_age=0', 'Expire=0', 'Max-Age', 'Expires',
  `Expires=${' '.repeat(10)}`, 'Max-Age-=0', 'Discard'];
const tooLong = [`Max-Age=${'0'.repeat(1025)}`, `Expires=${'x'.repeat(1025)}`];

/** A sequence of numbers below 1, the same in every run (mulberry32). */
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns `count` fields with the Date of their responses: { field, date }, date null: none. `now`: Unix seconds. */
export function oddFields(count, now, seed = 1) {
  const random = dice(seed);
  const one = (list) => list[Math.floor(random() * list.length)];
  const moment = () => new Date((now + one(distances)) * 1000);
  const maxAge = () => `${one(spelled)}${one(['=', '=', '=', ' = '])}${one(lifetimes)}`;
  const expires = () => `${one(['Expires', 'expires', 'EXPIRES'])}=${random() < 0.3 ? one(fixed) : one(written)(moment())}`;
  const dateOf = (skew) => {
    if (skew === null || skew === '') return skew;
    if (skew === 'epoch') return new Date(0).toUTCString();
    if (skew === 'yesterday') return skew;
    if (skew === 'old form') return written[3](new Date((now - 400 * DAY) * 1000));
    return new Date((now + skew) * 1000).toUTCString();
  };
  return Array.from({ length: count }, (_, index) => {
    const attributes = Array.from({ length: Math.floor(random() * 3) }, () => one(random() < 0.02 ? tooLong : beside));
    const lives = 1 + Math.floor(random() * 3);
    for (let n = 0; n < lives; n++)
      attributes.splice(Math.floor(random() * (attributes.length + 1)), 0, random() < 0.4 ? maxAge() : expires());
    return { field: [`c${index}=new`, ...attributes, 'Path=/'].join(one(['; ', '; ', ';', ' ; '])), date: dateOf(one(skews)) };
  });
}

/**
 * The effect of each field in a browser that already has a cookie of that name: `deleted`, `kept` (it refused the field), `session`, or
 * the new cookie's lifetime in seconds. `jar`: returns [{ name, value, expires }] (Unix seconds, below 0: none) and empties the jar.
 */
export async function askBrowser(page, jar, fields) {
  const server = createServer((request, answer) => {
    const at = Number(request.url.slice(5));
    answer.sendDate = false;
    answer.setHeader('Cache-Control', 'no-store');
    if (request.url.startsWith('/old/')) answer.setHeader('Set-Cookie', fields[at].before ?? `${nameOf(fields[at].field)}=old; Path=/`);
    if (request.url.startsWith('/new/')) {
      answer.setHeader('Set-Cookie', fields[at].field);
      if (fields[at].date !== null) answer.setHeader('Date', fields[at].date);
    }
    answer.end('<!doctype html><title>Oracle</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await page.goto(`http://localhost:${server.address().port}/`);
    const answers = [];
    for (let from = 0; from < fields.length; from += 100) { // jars hold at least 150 cookies per site
      const batch = fields.slice(from, from + 100);
      await page.evaluate(async ([first, count]) => {
        for (const step of ['/old/', '/new/'])
          await Promise.all(Array.from({ length: count }, (_, n) => fetch(step + (first + n))));
      }, [from, batch.length]);
      const now = Date.now() / 1000;
      const held = new Map((await jar()).map((cookie) => [cookie.name, cookie]));
      answers.push(...batch.map(({ field }) => lifeOf(held.get(nameOf(field)), now)));
    }
    return answers;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const nameOf = (field) => field.slice(0, field.indexOf('='));

function lifeOf(cookie, now) {
  if (!cookie) return 'deleted';
  if (cookie.value === 'old') return 'kept';
  return cookie.expires < 0 ? 'session' : Math.round((cookie.expires - now) / 60) * 60; // to the minute
}
