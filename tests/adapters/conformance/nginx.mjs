// The server of the conformance test with nginx and the module:  node nginx.mjs MODULE POLICY PORT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listen } from './application.mjs';

const [module, policy, port] = process.argv.slice(2);
const application = await listen();

const folder = mkdtempSync(join(tmpdir(), 'abide-nginx-'));
for (const each of ['', 'body', 'proxy']) {
  mkdirSync(join(folder, each), { recursive: true });
  chmodSync(join(folder, each), 0o777);
}
writeFileSync(join(folder, 'nginx.conf'), `load_module ${resolve(module)}; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
  events { } http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; abide ${resolve(policy)}; abide_on_error strict;
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${application}; proxy_set_header Host $http_host; }
    location ~ ^/consent/v- { gzip on; gzip_types *; gzip_proxied any; gzip_min_length 0; proxy_pass http://127.0.0.1:${application}; } } }`);
const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
process.on('SIGTERM', () => nginx.kill('SIGTERM'));
const [code] = await once(nginx, 'exit');
rmSync(folder, { recursive: true });
process.exit(code ?? 0);
