// A small application that answers every request with JSON and five cookies:
//   node server.mjs node|fastify|express bare|filtered PORT
import { createServer } from 'node:http';
import { setCookies } from '../typical.mjs';
import { keptCookies, keptSetCookies, marks } from './filter.mjs';

const [kind, filtered, port] = [process.argv[2], process.argv[3] === 'filtered', Number(process.argv[4])];
const body = '{"a":1}';
const hide = (request) => {
  if (request.headers.cookie) request.headers.cookie = keptCookies(request.headers.cookie);
};
const finish = (response) => {
  const fields = response.getHeader('Set-Cookie');
  if (fields) response.setHeader('Set-Cookie', keptSetCookies(fields));
  for (const [name, value] of Object.entries(marks)) response.setHeader(name, value);
};
const finishBeforeHead = (response) => {
  const { writeHead } = response;
  response.writeHead = function writeFiltered(...words) {
    finish(this);
    return writeHead.apply(this, words);
  };
};

const servers = {
  node: () => createServer((request, response) => {
    if (filtered) {
      hide(request);
      finishBeforeHead(response);
    }
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Set-Cookie', setCookies);
    response.writeHead(200).end(body);
  }).listen(port, '127.0.0.1'),
  express: async () => {
    const { default: express } = await import('express');
    const app = express();
    if (filtered)
      app.use((request, response, next) => {
        hide(request);
        finishBeforeHead(response);
        next();
      });
    app.get('/json', (request, response) => response.set('Set-Cookie', setCookies).json({ a: 1 }));
    app.listen(port, '127.0.0.1');
  },
  fastify: async () => {
    const { default: fastify } = await import('fastify');
    const app = fastify();
    if (filtered) {
      app.addHook('onRequest', async ({ raw }) => hide(raw));
      app.addHook('onSend', async (request, reply) => {
        const fields = reply.getHeader('Set-Cookie');
        reply.removeHeader('Set-Cookie'); // another call of header() would add to it
        reply.header('Set-Cookie', keptSetCookies(fields)).headers(marks);
      });
    }
    app.get('/json', async (request, reply) => reply.header('Set-Cookie', setCookies).send({ a: 1 }));
    await app.listen({ port, host: '127.0.0.1' });
  },
};
process.on('SIGTERM', () => process.exit(0));
await servers[kind]();
