// The server of the conformance test with `abide proxy`:  node proxy.mjs ABIDE POLICY PORT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { listen } from './application.mjs';

const [abide, policy, port] = process.argv.slice(2);
const proxy = spawn(abide, ['proxy', '--to', `http://127.0.0.1:${await listen()}`, '--listen', port, '--policy', policy], { stdio: 'ignore' });
process.on('SIGTERM', () => proxy.kill('SIGTERM'));
const [code] = await once(proxy, 'exit');
process.exit(code ?? 0);
