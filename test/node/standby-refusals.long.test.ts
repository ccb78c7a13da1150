import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { nobody } from '../../src/log/author.ts';
import { promote } from '../../src/node/standby.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { readLog } from '../support/log-events.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { openWayToPrimary, type WayToPrimary } from '../support/way-to-primary.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const logAccess = { tokens: ['a-token-of-standbys-0123456789'] };
const [token = ''] = logAccess.tokens;

let apps: RunningApp[];
let folder: TemporaryFolder;
let way: WayToPrimary;
/** Whom the standby asks. */
let asked: RunningApp;
/** What the standby has shown of it. */
let shown: unknown;
let pushes = 0;
beforeEach(async () => {
  apps = [];
  folder = makeTemporaryFolder();
  way = await openWayToPrimary(() => asked.app.url);
  asked = await startPrimary();
});
afterEach(async () => {
  for (const app of apps.toReversed()) await app.close();
  way.close();
  folder.remove();
});

async function start(options: Parameters<typeof startApp>[0]): Promise<RunningApp> {
  const app = await startApp(options);
  apps.push(app);
  return app;
}

/** A primary with two callbacks more. */
async function startPrimary(options: Parameters<typeof startApp>[0] = {}): Promise<RunningApp> {
  const primary = await start({ ...options, logAccess });
  await push(primary, 2);
  return primary;
}

async function push(app: RunningApp, count: number): Promise<void> {
  for (const last = pushes + count; pushes < last;) {
    pushes += 1;
    expect((await app.post(pushBody({ sequence: String(pushes), stream_id: `stream-${pushes}` }))).status).toBe(200);
  }
}

const sessionsOf = async (app: RunningApp) => (await app.ask('{ streamSessions { nodes { sequence } } }')).data;

/** A standby of whom it asks, once it has all that is there. */
async function startStandby(): Promise<RunningApp> {
  const eventStore = { kind: 'primary', url: way.url, token } as const;
  const standby = await start({ eventStore, roles: { receive: false, query: true } });
  const { length } = await readLog(asked.log);
  await askUntil(
    async () => (await readLog(standby.log).catch(() => [])).length,
    (events) => events === length,
  );
  await standby.projected();
  shown = await sessionsOf(standby);
  return standby;
}

/** Why the standby has stopped, and that it has changed nothing and answers. */
async function stopped(standby: RunningApp): Promise<string> {
  const before = await readLog(standby.log);
  const found = await askUntil(
    async () =>
      (await standby.ask('{ projections { stalledBecause } }')).data as {
        projections: [{ stalledBecause: string | null }];
      },
    ({ projections: [projection] }) => projection.stalledBecause !== null,
  );
  const [{ stalledBecause }] = found.projections;
  expect(await readLog(standby.log)).toEqual(before);
  expect(await sessionsOf(standby)).toEqual(shown);
  return String(stalledBecause);
}

describe('a standby stops, changes nothing, and says what to do if its primary', () => {
  test('has another ledger', async () => {
    const standby = await startStandby();
    asked = await startPrimary();
    const said = await stopped(standby);
    expect(said).toMatch(/^The primary has another ledger than the one that was copied./);
    expect(said).toContain('Correct PRIMARY_URL');
  });

  test('is the old one, which a promoted standby has replaced, whatever it has recorded since', async () => {
    const old = asked;
    const first = await startStandby();
    const dataDir = path.join(folder.path, 'promoted');
    await first.restart((from) => {
      cpSync(from, dataDir, { recursive: true });
      return Promise.resolve();
    });
    promote(dataDir, 1, nobody);
    asked = await startPrimary({ dataDir });
    const second = await startStandby();
    await push(old, 5);
    asked = old;
    const said = await stopped(second);
    expect(said).toMatch(
      /^The primary is in an earlier epoch than the log that was copied: it was replaced by a standby/,
    );
    expect(said).toContain('Set PRIMARY_URL to the primary that replaced it');
  });

  test.each(['no more than that copy', 'other callbacks since'])(
    'was restored from an older copy, and has %s',
    async (what) => {
      const copy = path.join(folder.path, 'log.sqlite');
      await asked.restart((dataDir) => {
        copyFileSync(path.join(dataDir, 'log.sqlite'), copy);
        return Promise.resolve();
      });
      await push(asked, 3);
      const standby = await startStandby();
      await asked.restart((dataDir) => {
        for (const end of ['', '-wal', '-shm']) rmSync(path.join(dataDir, `log.sqlite${end}`), { force: true });
        copyFileSync(copy, path.join(dataDir, 'log.sqlite'));
        return Promise.resolve();
      });
      if (what === 'other callbacks since') await push(asked, 5);
      const said = await stopped(standby);
      expect(said).toMatch(
        /^The log of the primary has another history than the one that was copied, as after an older/,
      );
      expect(said).toContain('move DATA_DIR away and start again');
      expect(said).toContain('If this copy is, stop the primary and promote this standby');
    },
  );
});
