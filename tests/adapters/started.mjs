// Programs that a test starts and that stop at its end.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { after } from 'node:test';

export { free_port } from './free_port.mjs';

const processes = [];
after(() => { for (const each of processes.reverse()) each.kill('SIGTERM'); });

/** Resolves to the process once it listens on `port`. */
export async function start(program, words, { port, folder }) {
  const made = spawn(program, words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  processes.push(made);
  for (let tries = 0; tries < 200; ++tries) {
    const is_up = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    if (is_up) return made;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`${program} did not start`);
}
