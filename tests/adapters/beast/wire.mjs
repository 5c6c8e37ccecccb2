// HTTP/1.1 over a raw socket: sends exactly the given bytes, and reads the answers in order.
import net from 'node:net';

/** Reads a chunked body at the start of `bytes`; returns it and what follows, or null while it is incomplete. */
function chunks_in(bytes) {
  let body = '', at = 0;
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(bytes.slice(at, line), 16), start = line + 2;
    if (bytes.length < start + size + 2) return null;
    if (size === 0) return {body, rest: bytes.slice(start + 2)};
    body += bytes.slice(start, start + size);
    at = start + size + 2;
  }
}

/** Reads one response at the start of `bytes`; null while it is incomplete. */
function response_in(bytes, is_head, ended) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first, ...lines] = bytes.slice(0, end).split('\r\n');
  const fields = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
  const all = (name) => fields.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value);
  const status = Number(first.split(' ')[1]);
  const length = all('content-length')[0];
  const content = bytes.slice(end + 4);
  let size = Number(length ?? 0), found;
  if (is_head || status === 204 || status === 304) size = 0;
  else if (all('transfer-encoding')[0] === 'chunked') {
    found = chunks_in(content);
    if (!found) return null;
  } else if (length === undefined) {
    if (!ended) return null;
    size = content.length;
  }
  if (content.length < size) return null;
  const {body, rest} = found ?? {body: content.slice(0, size), rest: content.slice(size)};
  const response = {
    status, fields, all, body,
    first: (name) => all(name)[0] ?? '',
    /** `name=value` of a cookie that is set, or empty. */
    sets: (name) => all('set-cookie').map((field) => field.split(';')[0]).find((pair) => pair.startsWith(`${name}=`)) ?? '',
  };
  return {response, rest};
}

/** A connection. `ask` writes the requests at once and resolves to their responses. */
export function connect(port) {
  const socket = net.connect(port, '127.0.0.1');
  let bytes = '', ended = false, wake = () => {};
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => { bytes += chunk; wake(); });
  socket.on('close', () => { ended = true; wake(); });
  socket.on('error', () => {});
  const more = () => new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer; so far: ${bytes.slice(0, 200)}`)), 10000);
    wake = () => { clearTimeout(late); resolve(); };
  });
  return {
    write: (text) => socket.write(text, 'latin1'),
    async read(is_head = false) {
      for (;;) {
        const found = response_in(bytes, is_head, ended);
        if (found) {
          bytes = found.rest;
          return found.response;
        }
        if (ended) throw new Error(`closed; so far: ${bytes.slice(0, 200)}`);
        await more();
      }
    },
    async bytes(count) {
      while (bytes.length < count) {
        if (ended) throw new Error('closed');
        await more();
      }
      const taken = bytes.slice(0, count);
      bytes = bytes.slice(count);
      return taken;
    },
    get is_open() { return !ended; },
    close: () => socket.destroy(),
  };
}

export function request(method, target, fields = {}, body = '') {
  const lines = Object.entries({Host: 'www.shop.example', ...fields}).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body ? `Content-Length: ${body.length}\r\n` : '';
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`;
}

/** A request with a chunked body and a trailer section. */
export function chunked(method, target, fields, trailers) {
  const head = request(method, target, {...fields, 'Transfer-Encoding': 'chunked', Trailer: Object.keys(trailers).join(', ')});
  return `${head}5\r\nhello\r\n0\r\n${Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}
