// Instructions of a server, counted by callgrind while one visitor asks on one connection.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

// A `rep movsb` is one instruction of the processor, but valgrind counts each byte: see measure.
const tunables = 'glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000';

/** Callgrind's profile of a server that answered so many requests; it includes the server's start and end.
    @param {string[]} command @param {{ port: number, path: string, headers: object, requests: number }} asked */
export async function profileOf(command, { port, path, headers, requests }) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-callgrind-')), out = join(folder, 'out');
  const words = ['--tool=callgrind', '--smc-check=all-non-file', `--callgrind-out-file=${out}`, ...command];
  const child = spawn('valgrind', words, { stdio: 'ignore', env: { ...process.env, GLIBC_TUNABLES: tunables } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = () => new Promise((done, fail) => {
    ask({ host: '127.0.0.1', port, path, agent, headers }, (reply) => reply.resume().on('end', () => done(reply))).on('error', fail).end();
  });
  for (let tries = 0; ; ++tries) {
    const reply = await get().catch(() => null);
    if (reply?.statusCode === 200) break;
    if (reply || tries > 300) throw new Error(`${command.join(' ')}: ${reply ? reply.statusCode : 'no answer'}`);
    await pause(200);
  }
  for (let i = 0; i < requests; ++i) await get();
  agent.destroy();
  child.kill('SIGTERM');
  await once(child, 'exit');
  const text = readFileSync(out, 'utf8');
  rmSync(folder, { recursive: true });
  return text;
}

/** All instructions in callgrind's file. */
export const totalOf = (text) => Number(/^(?:totals|summary): (\d+)/m.exec(text)[1]);
