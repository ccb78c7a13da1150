import { afterAll, expect } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { testWith } from '../support/test-with.ts';

const folder = makeTemporaryFolder();
afterAll(() => folder.remove());
writeFileSync(path.join(folder.path, 'resolv.conf'), 'nameserver 127.0.0.1\n');
writeFileSync(path.join(folder.path, 'nsswitch.conf'), 'hosts: dns\n');

/** In a network of its own, where a public address is this machine's, and its resolver asks a server on loopback. */
const apart = [
  ...['--user', '--map-root-user', '--mount', '--net', 'sh', '-ec'],
  `ip link set lo up; ip address add 93.184.216.34/32 dev lo
   for name in resolv.conf nsswitch.conf; do mount --bind "$0/$name" "/etc/$name"; done; exec "$@"`,
  folder.path,
];

function canBeApart(): boolean {
  try {
    execFileSync('unshare', [...apart, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const program = fileURLToPath(new URL('../support/changing-names.ts', import.meta.url));

testWith('a network of its own (unshare, ip)', canBeApart())(
  'a name is looked up once for a connection, and only its allowed addresses are connected to, whatever it was or will be',
  async () => {
    const { stdout } = await promisify(execFile)('unshare', [...apart, process.execPath, '--import', 'tsx', program]);
    const attempts = stdout.trim().split('\n');
    expect(attempts.map((line) => JSON.parse(line) as unknown)).toEqual([
      { outcome: 'DELIVERED', arrivedAt: ['93.184.216.34'], asked: 1 },
      { outcome: 'ADDRESS_REFUSED', arrivedAt: [], asked: 1 },
      { outcome: 'DELIVERED', arrivedAt: ['93.184.216.34'], asked: 1 },
      { outcome: 'ADDRESS_REFUSED', arrivedAt: [], asked: 1 },
    ]);
  },
);
