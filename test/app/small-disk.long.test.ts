import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteLogReplica } from '../../src/log/sqlite/sqlite-log-replica.ts';
import { measureDiskSpace } from '../../src/kernel/disk.ts';
import { readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { newEvent } from '../support/log-events.ts';
import { scrapeSample } from '../support/metrics.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { mountSmallDisk, testOnSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const onSmallDisk = testOnSmallDisk();
const diskBytes = 64 * 1024 ** 2;

let disk: SmallDisk | null;
let app: RunningApp | null;
let processes: LedgerProcess[];
beforeEach(() => {
  [disk, app, processes] = [null, null, []];
});
afterEach(async () => {
  for (const one of processes) await endLedger(one);
  await app?.close();
  disk?.remove();
});

const mount = () => (disk = mountSmallDisk(diskBytes));
const start = async (dataDir: string) => (app = await startApp({ dataDir }));
const sequences = async (running: RunningApp) => {
  const { data } = await running.ask('{ streamSessions(first: 500) { nodes { sequence } } }');
  return (data as { streamSessions: { nodes: { sequence: string }[] } }).streamSessions.nodes.length;
};
const projection = async (running: RunningApp) => {
  const { data } = await running.ask('{ projections { stalled stalledBecause } }');
  return (data as { projections: { stalled: boolean; stalledBecause: string | null }[] }).projections[0];
};
const probe = async (running: RunningApp, route: string) => {
  const response = await fetch(`${running.app.url}${route}`);
  const { checks } = (await response.json()) as { checks: { reason: string | null }[] };
  return [response.status, ...checks.flatMap(({ reason }) => reason ?? [])];
};
const postMany = async (running: RunningApp, from: number, count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { status } = await running.post(pushBody({ sequence: String(from + index) }));
      return status;
    }),
  );

test('a command ends its work although what it prints can not be written, without a stack', async () => {
  const folder = makeTemporaryFolder();
  const running = await start(folder.path);
  await postMany(running, 1, 5);
  await running.close();
  app = null;
  const program = fileURLToPath(new URL('../../bin/live-ledger.js', import.meta.url));
  const command = `'${process.execPath}' '${program}' rebuild --json > /dev/full`;
  const { status, stderr } = spawnSync('sh', ['-c', command], { env: { DATA_DIR: folder.path }, encoding: 'utf8' });
  folder.remove();
  expect([status, stderr]).toEqual([0, '']);
});

describe('a disk that gets full', () => {
  onSmallDisk(
    'keeps room for callbacks: they are recorded while the projection waits, which goes on by itself',
    async () => {
      const small = mount();
      const dataDir = small.path;
      const running = await start(dataDir);
      expect(new Set(await postMany(running, 1, 20))).toEqual(new Set([200]));
      await running.projected();
      const { reserveBytes } = measureDiskSpace(dataDir);
      small.fillUpTo(reserveBytes / 2);

      expect(new Set(await postMany(running, 101, 200))).toEqual(new Set([200]));
      const waiting = await askUntil(
        () => projection(running),
        (projection) => projection?.stalled === true,
      );
      expect(waiting?.stalledBecause).toMatch(/^The disk of DATA_DIR is nearly full: [\d.]+ MiB are free/);
      expect(await probe(running, '/readyz/query')).toEqual([503, 'PROJECTION_STALLED', 'DISK_NEARLY_FULL']);
      expect(await probe(running, '/readyz/receive')).toEqual([200]);
      expect(await scrapeSample(running.app.url, 'live_ledger_projector_stalled')).toBe(1);
      expect(await scrapeSample(running.app.url, 'live_ledger_disk_reserve_bytes')).toBe(reserveBytes);
      expect(await scrapeSample(running.app.url, 'live_ledger_disk_free_bytes')).toBeLessThan(reserveBytes);
      await askUntil(
        () => Promise.resolve(running.logLines.join('')),
        (lines) => lines.includes('is nearly full'),
      );
      expect(await sequences(running)).toBe(20);

      small.empty();
      await running.projected();
      await askUntil(
        () => probe(running, '/readyz/query'),
        ([status]) => status === 200,
      );
      expect(await sequences(running)).toBe(220);
    },
  );

  onSmallDisk(
    'is named when it is full: callbacks are refused, nothing is lost, and both go on when there is room',
    async () => {
      const small = mount();
      const dataDir = small.path;
      const running = await start(dataDir);
      await postMany(running, 1, 5);
      await running.projected();
      small.fillUpTo(0);
      const body = pushBody({ sequence: '100', stream_param: 'x'.repeat(60_000) });
      const refused = await askUntil(
        () => running.post(body),
        ({ status }) => status !== 200,
      );
      expect(refused).toMatchObject({ status: 503, body: { error: 'STORE_UNAVAILABLE' } });
      await askUntil(
        () => Promise.resolve(running.logLines.join('')),
        (lines) => lines.includes('The log could not be written: The disk of DATA_DIR is full'),
      );
      small.empty();
      expect(await postMany(running, 201, 5)).toEqual([200, 200, 200, 200, 200]);
      await running.projected();
      expect(await sequences(running)).toBeGreaterThanOrEqual(10);
    },
  );

  onSmallDisk('has room for a log that is projected from its beginning: the write-ahead log stays small', async () => {
    const { path: dataDir } = mount();
    const running = await start(dataDir);
    const walBytes: number[] = [];
    for (let from = 1; from <= 3_000; from += 500) {
      expect(new Set(await postMany(running, from, 500))).toEqual(new Set([200]));
      walBytes.push(statSync(`${readModelFileName(dataDir)}-wal`).size);
    }
    await running.projected();
    expect(Math.max(...walBytes)).toBeLessThan(2 * measureDiskSpace(dataDir).reserveBytes);
  });

  onSmallDisk('is not filled by a copy of the log either, which is made again at any time', () => {
    const small = mount();
    const copy = openSqliteLogReplica(small.path);
    copy.initialize({ logId: 'log', epoch: 1 });
    const event = { ...newEvent(), streamName: 'a-1', revision: 0n, position: 1n, recordedAtMs: 0 };
    const apply = () => copy.apply([{ kind: 'event', event }], { commit: 1n, prepare: 1n });
    small.fillUpTo(measureDiskSpace(small.path).reserveBytes / 2);
    expect(apply).toThrow(/nearly full/);
    small.empty();
    apply();
    expect(copy.checkpoint()).toEqual({ commit: 1n, prepare: 1n });
    copy.close();
  });

  onSmallDisk('is named by each command, with what to do, and no command ends with a stack', async () => {
    const small = mount();
    const dataDir = small.path;
    const used = path.join(dataDir, 'used');
    mkdirSync(used);
    const running = await start(used);
    await postMany(running, 1, 50);
    await running.close();
    app = null;
    small.fillUpTo(0);
    for (const [command, folder] of [
      ['serve', path.join(dataDir, 'new')],
      ['rebuild', used],
    ] as const) {
      const started = startLedger([command], { DATA_DIR: folder, PORT: '0' });
      processes.push(started);
      expect(await started.ended()).toBe(1);
      expect(started.stderr()).toMatch(/The disk of DATA_DIR is (nearly )?full/);
      expect(started.stderr()).toContain('Free some space, or enlarge the disk');
      expect(started.stderr()).not.toMatch(/^\s+at |node:internal/m);
    }
  });
});
