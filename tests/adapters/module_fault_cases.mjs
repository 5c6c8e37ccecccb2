// What every server with Abide as a module does when Abide fails. Each case takes the server:
//   visitor, application, folder, processes; frail: a page of a site that passes without Abide, and one that must not
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { html } from './module_application.mjs';
import { replaceProcesses } from './module_server.mjs';
import { assertNotice, assertUnfiltered } from './module_visitor.mjs';

export const faultCases = {
  'when a site cannot be opened, requests pass without Abide or are refused, as the configuration says': async (server) => {
    const { visitor: { visit }, application, folder, frail: [passing, strict] } = server;
    for (const page of [passing, strict]) assertNotice(await visit(page), page);
    rmSync(folder.at('frail.key'));
    await replaceProcesses(server);
    const passed = await visit(passing, { 'abide-consent': 'required, targeting' });
    assert.equal(application.seen.at(-1).headers['abide-consent'], undefined, 'without Abide a visitor cannot tell the application what Abide would');
    assert.equal(passed.status, 200);
    assert.equal(passed.body, html);
    assertUnfiltered(passed);
    const refused = await visit(strict);
    assert.equal(refused.status, 500);
    assert.deepEqual(refused.set, []);
    assert.match(folder.read('error.log'), /abide: .*\/consent\/keys: .*frail\.key/);
    assertNotice(await visit('/page')); // the other sites are open
  },
};
