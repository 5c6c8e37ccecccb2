// Applications behind the proxy: one with node's HTTP, and one on bare sockets that keeps the bytes it received.
import http from 'node:http';
import net from 'node:net';

/** A page with cookies, an API, downloads of any size, and the requests that were received; on a port, a Unix socket or
    { host, port }. */
export function application(where = 0) {
  const seen = [];
  const server = http.createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, raw: request.rawHeaders, version: request.httpVersion });
    const url = new URL(request.url, 'http://app.example');
    const route = routes[url.pathname];
    if (route) return route(request, response, url);
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8', 'X-Powered-By': 'node',
      'Set-Cookie': ['sid=1; Path=/; HttpOnly', '_ga=GA1.1.2; Path=/', '_fbp=fb.1; Path=/'],
    });
    response.end('<!doctype html><html><head><title>shop</title></head><body><p>hello</p></body></html>');
  });
  server.on('checkContinue', (request, response) => {
    if (request.url === '/refuses') return response.writeHead(417, { Connection: 'close' }).end('no');
    response.writeContinue();
    server.emit('request', request, response);
  });
  server.on('upgrade', (request, socket) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSet-Cookie: _ga=1; Path=/\r\n\r\n');
    socket.on('data', (bytes) => socket.write(`echo ${bytes}`));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
  });
  server.keepAliveTimeout = 60_000;
  let connections = 0;
  server.on('connection', () => { ++connections; });
  return new Promise((resolve) => {
    server.listen(where, ...(typeof where === 'number' ? ['127.0.0.1'] : []), () => {
      const { port } = server.address();
      resolve({ server, seen, port, url: `http://127.0.0.1:${port}`, connections: () => connections, close: () => { server.closeAllConnections(); return new Promise((done) => server.close(done)); } });
    });
  });
}

const block = Buffer.alloc(65536, 'x');

const routes = {
  '/json': (request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"a":1}'),
  '/told': (request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(request.headers)),
  '/down': (request, response, url) => {
    let left = Number(url.searchParams.get('size'));
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', ...(url.searchParams.has('length') && { 'Content-Length': left }) });
    const more = () => {
      while (left > 0) {
        const size = Math.min(left, block.length);
        left -= size;
        if (!response.write(block.subarray(0, size))) return response.once('drain', more);
      }
      response.end();
    };
    more();
  },
  '/up': (request, response) => {
    let size = 0;
    request.on('data', (bytes) => { size += bytes.length; });
    request.on('end', () => response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`${size} ${request.headers['transfer-encoding'] ?? request.headers['content-length']}`));
    request.on('error', () => {});
  },
  '/early': (request, response) => response.writeHead(413, { 'Content-Type': 'text/plain', Connection: 'close' }).end('too much'),
  '/slow-page': (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.write('<!doctype html><html><head><title>slow</title></head><body><p>first');
    setTimeout(() => response.end('<p>last</body></html>'), 600);
  },
  '/events': (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let n = 0;
    const timer = setInterval(() => { response.write(`data: ${++n}\n\n`); if (n === 3) { clearInterval(timer); response.end(); } }, 150);
  },
  '/never': () => {},
  '/gone': (request) => request.socket.destroy(),
  '/nothing': (request, response) => response.writeHead(204, { 'X-A': 'b' }).end(),
  '/unchanged': (request, response) => response.writeHead(304, { ETag: '"x"' }).end(),
  '/hints': (request, response) => { response.writeEarlyHints({ link: '</a.css>; rel=preload' }); response.writeHead(200, { 'Content-Type': 'text/plain' }).end('hinted'); },
  '/moved': (request, response) => response.writeHead(302, { Location: 'http://elsewhere.example/x?y=1' }).end(),
  '/range': (request, response) => {
    if (!request.headers.range) return response.writeHead(200, { 'Content-Type': 'video/mp4' }).end('0123456789');
    response.writeHead(206, { 'Content-Type': 'video/mp4', 'Content-Range': 'bytes 2-4/10' }).end('234');
  },
  '/gzip': (request, response) => response.writeHead(200, { 'Content-Type': 'text/plain', 'X-Asked': request.headers['accept-encoding'] ?? 'nothing' }).end('text'),
  '/hop': (request, response) => response.writeHead(200, { 'Content-Type': 'text/plain', Connection: 'X-Inner, keep-alive', 'X-Inner': '1', 'Keep-Alive': 'timeout=9', 'Proxy-Authenticate': 'Basic' }).end('hop'),
  '/trailers': (request, response) => { response.writeHead(200, { 'Content-Type': 'text/plain', Trailer: 'X-End' }); response.write('body'); response.addTrailers({ 'X-End': '1', 'Set-Cookie': '_ga=1' }); response.end(); },
  '/cut': (request, response) => { response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 100 }); response.write('only this'); setTimeout(() => response.destroy(), 50); },
};

/** Keeps every byte, and answers each connection's requests with the result of `answer`: a text, or null to close without a
    response. */
export function recorder(answer = () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok') {
  const connections = [];
  const server = net.createServer((socket) => {
    const kept = { bytes: '', socket, requests: 0 };
    connections.push(kept);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      kept.bytes += bytes.toString('latin1');
      if (!/\r\n\r\n$/.test(kept.bytes) && !/\r\n\r\n/.test(kept.bytes)) return;
      const text = answer(connections.length, ++kept.requests);
      if (text === null) socket.destroy();
      else if (text) socket.write(text);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    resolve({ server, connections, port, url: `http://127.0.0.1:${port}`, bytes: () => connections.map((each) => each.bytes).join(''), close: () => { connections.forEach((each) => each.socket.destroy()); server.close(); } });
  }));
}
