import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { userInfo } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { measureDiskSpace } from '../../src/kernel/disk.ts';
import { SqliteEventReader } from '../../src/log/sqlite/sqlite-event-reader.ts';
import { askLedger } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { freePort } from '../support/free-port.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { readLog } from '../support/log-events.ts';
import { mountSmallDisk, testOnSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const token = 'a-token-of-standbys-0123456789';
const kinds = ['primary', 'standby'] as const;
type Kind = (typeof kinds)[number];

let folder: TemporaryFolder;
let disk: SmallDisk | null;
let running: Map<Kind, LedgerProcess>;
let ports: Record<Kind, string>;
beforeEach(async () => {
  folder = makeTemporaryFolder();
  disk = null;
  running = new Map<Kind, LedgerProcess>();
  ports = { primary: String(await freePort()), standby: String(await freePort()) };
});
afterEach(async () => {
  for (const one of running.values()) await endLedger(one);
  disk?.remove();
  folder.remove();
});

const folderOf = (kind: Kind) => (kind === 'standby' && disk !== null ? disk.path : path.join(folder.path, kind));
const urlOf = (kind: Kind) => `http://127.0.0.1:${ports[kind]}`;

async function start(kind: Kind): Promise<void> {
  const environment = { DATA_DIR: folderOf(kind), PORT: ports[kind] };
  const ledger =
    kind === 'primary'
      ? startLedger(['serve'], { ...environment, STANDBY_TOKENS: token })
      : startLedger(['standby', '--from', urlOf('primary')], { ...environment, PRIMARY_TOKEN: token });
  running.set(kind, ledger);
  await ledger.url();
}

async function kill(kind: Kind): Promise<void> {
  const ledger = running.get(kind);
  running.delete(kind);
  if (ledger !== undefined) await endLedger(ledger);
}

let sequence = 0;
async function push(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    sequence += 1;
    const body = JSON.stringify(pushBody({ sequence: String(sequence), stream_id: `stream-${sequence}` }));
    await askUntil(
      () => fetch(`${urlOf('primary')}/callbacks/css`, { method: 'POST', body }).then(({ status }) => status),
      (status) => status === 200,
    );
  }
}

interface Projection {
  readonly position: string | null;
  readonly notFollowedBecause: string | null;
}

const projection = async (kind: Kind) =>
  (await askLedger<{ projections: [Projection] }>(urlOf(kind), '{ projections { position notFollowedBecause } }'))
    .projections[0];

async function eventsOf(kind: Kind) {
  const reader = new SqliteEventReader(folderOf(kind));
  try {
    return await readLog(reader);
  } finally {
    reader.close();
  }
}

async function untilSame(): Promise<void> {
  const { length } = await eventsOf('primary');
  await askUntil(
    // Until it has answered first, it has no copy that can be read.
    async () => (await eventsOf('standby').catch(() => [])).length,
    (events) => events >= length,
  );
  expect(await eventsOf('standby')).toEqual(await eventsOf('primary'));
}

test('property: whichever is killed whenever, the standby has in the end what the primary has, and nothing else', async () => {
  await start('primary');
  await start('standby');
  const step = fc.record({ pushes: fc.integer({ min: 0, max: 60 }), killed: fc.constantFrom(...kinds) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
      for (const { pushes, killed } of steps) {
        const pushing = killed === 'primary' ? Promise.resolve() : push(pushes);
        if (killed === 'primary') await push(pushes);
        await kill(killed);
        await start(killed);
        await pushing;
      }
      await untilSame();
    }),
    { numRuns: 3 },
  );
});

test('a standby that runs goes on as a primary once it is promoted, and its audit has who did that', async () => {
  await start('primary');
  await push(1);
  await start('standby');
  await untilSame();
  await kill('primary');
  const promoting = startLedger(['promote', '--data-dir', folderOf('standby')]);
  expect([await promoting.ended(), promoting.stdout()]).toEqual([0, expect.stringContaining('in a new epoch')]);
  const asked = '{ audit(filter: { action: { eq: PROMOTE } }) { nodes { who action from } } }';
  const audit = await askUntil(
    () =>
      askLedger<{ audit: { nodes: unknown[] } }>(urlOf('standby'), asked)
        // It starts again.
        .catch(() => ({ audit: { nodes: [] } })),
    ({ audit: { nodes } }) => nodes.length > 0,
  );
  expect(audit).toEqual({ audit: { nodes: [{ who: userInfo().username, action: 'PROMOTE', from: 'command line' }] } });
});

testOnSmallDisk()(
  'a standby whose disk is nearly full says so, and goes on once there is room; its primary takes callbacks',
  async () => {
    const small = (disk = mountSmallDisk(64 * 1024 ** 2));
    await start('primary');
    await push(1);
    await start('standby');
    await untilSame();
    small.fillUpTo(measureDiskSpace(small.path).reserveBytes / 2);
    await push(5);
    const { notFollowedBecause } = await askUntil(
      () => projection('standby'),
      (found) => found.notFollowedBecause !== null,
    );
    expect(notFollowedBecause).toContain('nearly full');
    small.empty();
    await untilSame();
  },
);
