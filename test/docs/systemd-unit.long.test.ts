import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { variables } from '../../src/settings/variables.ts';
import { connectionsMax, shutdownTimeoutMs } from '../../src/connections/limits.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const unit = readFileSync(path.join(root, 'docs/live-ledger.service'), 'utf8');
const valuesOf = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

/** Of systemd: 10 is a service that has every right. */
const exposureMax = 2;

describe('docs/live-ledger.service', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = makeTemporaryFolder();
  });
  afterEach(() => folder.remove());

  /** With the Node and the product that there are here. */
  function analyze(...args: readonly string[]) {
    const file = path.join(folder.path, 'live-ledger.service');
    writeFileSync(
      file,
      unit
        .replace('/usr/bin/node', process.execPath)
        .replace('/opt/live-ledger/bin', `${root}bin`)
        .replace(/^WorkingDirectory=.*$/m, `WorkingDirectory=${root}`),
    );
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, file], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  const systemdTest = testWith(
    'systemd-analyze (Debian: apt-get install systemd)',
    commandAtHand(['systemd-analyze', '--version']) !== null,
  );

  systemdTest('and all units beside it are valid, with what they name', () => {
    const units = readdirSync(path.join(root, 'docs')).filter((name) => /\.(service|timer|socket)$/.test(name));
    const files = units.map((name) => path.join(folder.path, name));
    for (const [index, name] of units.entries()) {
      const text = readFileSync(path.join(root, 'docs', name), 'utf8').replace('/usr/bin/node', process.execPath);
      writeFileSync(
        files[index] ?? '',
        text
          .replace('/opt/live-ledger/bin', `${root}bin`)
          .replace(/^WorkingDirectory=.*$/m, `WorkingDirectory=${root}`),
      );
    }
    expect(units).toHaveLength(6);
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  systemdTest('is valid', () => {
    expect(analyze('verify')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  systemdTest('takes the rights away that the service does not need', () => {
    const { status, stdout } = analyze('security', '--offline=true', '--no-pager', `--threshold=${exposureMax * 10}`);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/exposure level .*: [01]\.\d/)]);
  });
});

test('every variable in the unit is known to the service', () => {
  const named = valuesOf('Environment').flatMap((value) => value.split(' ').map((part) => part.replace(/=.*/, '')));
  expect(named).toEqual(expect.arrayContaining(['DATA_DIR', 'TRUST_PROXY', 'API_TOKENS_FILE']));
  expect(named.filter((name) => !(name in variables))).toEqual([]);
});

test('it is given the time that a stop may take, and files for all connections', () => {
  expect(Number(valuesOf('TimeoutStopSec')[0]) * 1_000).toBeGreaterThan(2 * shutdownTimeoutMs + 5_000);
  expect(Number(valuesOf('LimitNOFILE')[0])).toBeGreaterThan(connectionsMax);
});

test('the command and the signals are those of the product', () => {
  expect(valuesOf('ExecStart')).toEqual(['/usr/bin/node /opt/live-ledger/bin/live-ledger.js serve']);
  const [signal = ''] = /(?<=kill -)\w+/.exec(valuesOf('ExecReload')[0] ?? '') ?? [];
  const handled = readFileSync(path.join(root, 'src/recorder/supervisor/supervisor.ts'), 'utf8');
  expect(handled).toContain(`'SIG${signal}'`);
});
