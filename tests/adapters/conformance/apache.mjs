// The server of the conformance test with Apache httpd and the module:  node apache.mjs MODULE event|prefork POLICY
// PORT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listen } from './application.mjs';

const [module, mpm, policy, port] = process.argv.slice(2);
const application = await listen();
const folder = mkdtempSync(join(tmpdir(), 'abide-apache-'));
chmodSync(folder, 0o777);
const modules = [`mpm_${mpm}`, 'authz_core', 'deflate', 'filter', 'proxy', 'proxy_http'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
writeFileSync(join(folder, 'httpd.conf'), `${modules.join('\n')}
LoadModule abide_module ${resolve(module)}
ServerName 127.0.0.1
User www-data
Group www-data
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/error.log
AbidePolicy ${resolve(policy)}
AbideOnError strict
<LocationMatch "^/consent/v-">
SetOutputFilter DEFLATE
</LocationMatch>
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:${application}/
`);
const httpd = spawn('apache2', ['-d', folder, '-f', join(folder, 'httpd.conf'), '-DFOREGROUND'], { stdio: 'inherit', detached: true }); // httpd signals its whole process group
process.on('SIGTERM', () => httpd.kill('SIGTERM'));
const [code] = await once(httpd, 'exit');
rmSync(folder, { recursive: true });
process.exit(code ?? 0);
