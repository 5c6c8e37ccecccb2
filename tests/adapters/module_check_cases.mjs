// What every server with Abide as a module says of a configuration before it starts. Each case takes the server:
//   folder; check(policy): status and what was `said` of the server with this policy, as `nginx -t` does
//   checkSample(): the same of the configuration in the module's README.md
//   worker: the user of its processes; checked_for: how messages name that user
import assert from 'node:assert/strict';
import { chownSync, mkdirSync } from 'node:fs';
import { idsOf } from './module_server.mjs';

export const asRoot = { skip: process.getuid() !== 0 && 'only root starts processes as another user' };

export const checkCases = {
  'the configuration in README.md is accepted': ({ checkSample }) => {
    const { status, said } = checkSample();
    assert.equal(status, 0, said);
  },

  'a policy that cannot be used, or that names a file that cannot, is refused with its place': ({ check }) => {
    for (const [policy, fault] of [
      ['{"notice": {"version": "two"}}', /own\.json:1:\d+: \/notice\/version/],
      ['{"consent": {"keys": "file:/nowhere/abide.key"}}', /\/consent\/keys: cannot read \/nowhere\/abide\.key/],
      ['{"jurisdiction": {"from": "maxmind", "maxmind": "/nowhere/geo.mmdb"}}', /\/jurisdiction\/maxmind: \/nowhere\/geo\.mmdb/],
    ]) {
      const { status, said } = check(policy);
      assert.notEqual(status, 0, policy);
      assert.match(said, fault);
    }
  },

  "a key that the processes' user cannot read is refused": ({ folder, check, worker, checked_for }, t) => {
    if (asRoot.skip) return t.skip(asRoot.skip);
    folder.writeKey('root.key', { mode: 0o600 });
    const own = JSON.stringify({ ...folder.policy, consent: { keys: 'file:root.key' } });
    const { status, said } = check(own);
    assert.notEqual(status, 0);
    assert.match(said, /own\.json:1:\d+: \/consent\/keys: cannot read .*root\.key: Permission denied/);
    assert.ok(said.includes(`root.key: Permission denied ${checked_for}`), said);
    chownSync(folder.at('root.key'), ...idsOf(worker));
    const accepted = check(own);
    assert.equal(accepted.status, 0, accepted.said);
  },

  "a store that the processes' user cannot write causes a warning": ({ folder, check, worker, checked_for }, t) => {
    if (asRoot.skip) return t.skip(asRoot.skip);
    const own = JSON.stringify({ ...folder.policy, records: { store: 'sqlite:kept/log.db', heads: 'file:kept/heads' } });
    const warnings = () => warningsIn(check(own));
    const missing = 'folder kept not found', locked = 'this user cannot write folder kept';
    for (const fault of [missing, locked]) {
      assert.deepEqual(warnings(), [
        `/records/store: ${fault}, so no records can be kept ${checked_for}`,
        `/records/heads: ${fault}, so the log's heads are not kept ${checked_for}`,
      ]);
      mkdirSync(folder.at('kept'), { recursive: true });
    }
    chownSync(folder.at('kept'), ...idsOf(worker));
    assert.deepEqual(warnings(), []);
    folder.write('kept/log.db', '', { mode: 0o600 }); // root's, in a folder of the processes' user
    assert.deepEqual(warnings(), [`/records/store: this user cannot write kept/log.db, so no records can be kept ${checked_for}`]);
  },
};

/** The warnings about the store in what was said of a configuration that is accepted, without places and folders. */
export function warningsIn({ status, said }) {
  assert.equal(status, 0, said);
  return said.split('\n').filter((line) => /\/records\/(store|heads): /.test(line)).map((line) => line.replace(/^.*own\.json:1:\d+: |\S*(?=kept)/g, ''));
}
