import net from 'node:net';

/** Resolves to a port on which no program listens. */
export const free_port = () => new Promise((resolve) => {
  const door = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = door.address();
    door.close(() => resolve(port));
  });
});
