import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { openEventRemoval } from '../../src/log/sqlite/event-removal.ts';
import { askUntil } from '../support/ask-until.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { startLedger } from '../support/live-ledger-process.ts';
import { readLog } from '../support/log-events.ts';
import { scrapeSample } from '../support/metrics.ts';
import { connectLive, nextOf } from '../support/live-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { openWayToPrimary, type WayToPrimary } from '../support/way-to-primary.ts';

const token = 'a-token-of-standbys-0123456789';

let apps: RunningApp[];
let ways: WayToPrimary[];
let primary: RunningApp;
beforeEach(async () => {
  [apps, ways] = [[], []];
  primary = await start({ logAccess: { tokens: [token] } });
});
afterEach(async () => {
  for (const app of apps.toReversed()) await app.close();
  for (const way of ways) way.close();
});

async function start(options: Parameters<typeof startApp>[0]): Promise<RunningApp> {
  const app = await startApp(options);
  apps.push(app);
  return app;
}

const startStandby = (url = primary.app.url) =>
  start({ eventStore: { kind: 'primary', url, token }, roles: { receive: false, query: true } });

const openWay = async () => {
  const way = await openWayToPrimary(() => primary.app.url);
  ways.push(way);
  return way;
};

interface Projection {
  readonly position: string | null;
  readonly stalledBecause: string | null;
  readonly notFollowedBecause: string | null;
  readonly standby: { readonly eventsBehind: number | null; readonly behindMs: number; unansweredSince: string | null };
}

const projection = async (app: RunningApp) => {
  const { data } = await app.ask(
    '{ projections { position stalledBecause notFollowedBecause standby { primary eventsBehind behindMs unansweredSince } } }',
  );
  return (data as { projections: Projection[] } | undefined)?.projections[0];
};
const push = async (sequence: string) => {
  expect((await primary.post(pushBody({ sequence, stream_id: `stream-${sequence}` }))).status).toBe(200);
};
/** Once the standby shows all that the primary has. */
const untilSame = async (standby: RunningApp) => {
  await primary.projected();
  const whole = await projection(primary);
  await askUntil(
    () => projection(standby),
    (found) => found?.position === whole?.position && found?.notFollowedBecause === null,
  );
};
const sessions = async (app: RunningApp) =>
  (await app.ask('{ streamSessions(orderBy: { field: STARTED_AT, direction: ASC }) { nodes { id sequence } } }')).data;

describe('a standby', () => {
  test('shows what its primary has, and says how far it is behind', async () => {
    await push('1');
    const standby = await startStandby();
    await untilSame(standby);
    await push('2');
    await untilSame(standby);
    expect(await sessions(standby)).toEqual(await sessions(primary));
    expect((await projection(standby))?.standby).toEqual({
      primary: primary.app.url,
      eventsBehind: 0,
      behindMs: 0,
      unansweredSince: null,
    });
    expect((await projection(primary))?.standby).toBeNull();
    const ready = (await (await fetch(`${standby.app.url}/readyz`)).json()) as Record<string, unknown>;
    // Probes are open to everybody: they do not say where the primary is.
    expect(ready['standby']).toEqual({ eventsBehind: 0, behindMs: 0, unansweredSinceMs: null });
    expect(ready['ready']).toBe(true);
    expect(await scrapeSample(standby.app.url, 'live_ledger_standby_events_behind')).toBe(0);
  });

  test('refuses callbacks and changes, and says where they go', async () => {
    await push('1');
    const standby = await startStandby();
    await untilSame(standby);
    const { status, body } = await standby.post(pushBody({ sequence: '2' }));
    expect([status, body]).toEqual([503, expect.objectContaining({ error: 'STANDBY' })]);
    const { streamSessions } = (await sessions(primary)) as { streamSessions: { nodes: { id: string }[] } };
    const { errors } = await standby.ask(
      `mutation { addNote(id: "${streamSessions.nodes[0]?.id}", text: "x") { id } }`,
    );
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'STANDBY' },
      message: expect.stringContaining(primary.app.url),
    });
  });

  test('continues the cursors of its primary', async () => {
    await push('1');
    await primary.projected();
    const { data } = await primary.ask('{ streamSessions { liveFrom } }');
    const { liveFrom: after } = data?.['streamSessions'] as { liveFrom: string };
    const standby = await startStandby();
    await untilSame(standby);
    const socket = await connectLive(standby.app.url);
    const subscription = 'subscription ($after: Cursor) { callbackRecorded(after: $after) { callback { body } } }';
    socket.subscribe('1', subscription, { after });
    await push('2');
    const [message] = await socket.until((messages) => nextOf(messages, '1').length > 0 && nextOf(messages, '1'));
    expect(JSON.stringify(message)).toContain('stream-2');
    await socket.close();
  });

  test('says since when its primary does not answer, goes on answering, and follows again', async () => {
    await push('1');
    const standby = await startStandby((await openWay()).url);
    await untilSame(standby);
    const before = await sessions(standby);
    await primary.restart(async () => {
      const found = await askUntil(
        () => projection(standby),
        (one) => (one?.standby.unansweredSince ?? null) !== null,
      );
      expect(found?.notFollowedBecause).toBe('The primary does not answer.');
      expect(await sessions(standby)).toEqual(before);
    });
    await push('2');
    await untilSame(standby);
    expect((await projection(standby))?.standby.unansweredSince).toBeNull();
  });

  test('resumes where it was, and asks for nothing twice', async () => {
    await push('1');
    const way = await openWay();
    const standby = await startStandby(way.url);
    await untilSame(standby);
    way.asked.length = 0;
    await standby.restart(async () => {
      way.asked.length = 0;
      await push('2');
    });
    await untilSame(standby);
    const { position = null } = (await projection(primary)) ?? {};
    const first = way.asked.find((url) => url.startsWith('/log?'));
    expect(first).toMatch(new RegExp(`^/log\\?after=${Number(position) - 1}&digest=[0-9a-f]{32}&`));
  });

  test('copies nothing of a page that was altered on its way, says so, and goes on once it is not', async () => {
    const way = await openWay();
    const standby = await startStandby(way.url);
    await untilSame(standby);
    way.alter = (text) => text.replaceAll('stream-1', 'stream-9');
    await push('1');
    const found = await askUntil(
      () => projection(standby),
      (one) => one?.notFollowedBecause !== null,
    );
    expect(found?.notFollowedBecause).toMatch(/^Position \d+ is not what its digest says/);
    expect(await readLog(standby.log)).toHaveLength((await readLog(primary.log)).length - 1);
    way.alter = (text) => text;
    await untilSame(standby);
    expect(await sessions(standby)).toEqual(await sessions(primary));
  });

  test('removes what its primary removes', async () => {
    await push('1');
    await push('2');
    const standby = await startStandby();
    await untilSame(standby);
    const removed = (await readLog(primary.log)).at(-2);
    const removal = openEventRemoval(primary.dataDir);
    const counts = { rules: [], counts: [], events: 1, bytes: 1, firstReceivedAtMs: 0, lastReceivedAtMs: 0 };
    removal.remove({ ...counts, atMs: 1, positions: [Number(removed?.position)] });
    removal.close();
    await askUntil(
      () => standby.log.readAt(removed?.position ?? 0n),
      (event) => event === null,
    );
    await push('3');
    await untilSame(standby);
    expect(await readLog(standby.log)).toEqual(await readLog(primary.log));
  });

  test('says what is wrong with its token', async () => {
    const logAccess = { tokens: [token] };
    primary = await start({ logAccess });
    const standby = await startStandby();
    await untilSame(standby);
    logAccess.tokens = ['another-token-of-standbys'];
    const found = await askUntil(
      () => projection(standby),
      (one) => (one?.notFollowedBecause ?? '').includes('PRIMARY_TOKEN'),
    );
    expect(found?.notFollowedBecause).toContain('must be one of its STANDBY_TOKENS');
  });
});

test('promote makes a primary of a standby in a new epoch, by force alone while the old one answers', async () => {
  await push('1');
  const standby = await startStandby();
  await untilSame(standby);
  const { data } = await standby.ask('{ streamSessions { liveFrom } }');
  const { liveFrom: after } = data?.['streamSessions'] as { liveFrom: string };
  const before = await sessions(standby);
  let opened: RunningApp | null = null;
  await standby
    .restart(async (dataDir) => {
      const promote = (...flags: string[]) => startLedger(['promote', '--data-dir', dataDir, ...flags]);
      const refused = promote();
      expect([await refused.ended(), refused.stderr()]).toEqual([
        1,
        expect.stringContaining('answers. Nothing was changed'),
      ]);
      const forced = promote('--force');
      expect([await forced.ended(), forced.stdout()]).toEqual([0, expect.stringContaining('in a new epoch')]);
      opened = await startApp({ dataDir });
      expect(await sessions(opened)).toEqual(before);
      await opened.projected();
      expect(
        (await opened.ask('{ audit(filter: { action: { eq: PROMOTE } }) { nodes { who action from } } }')).data,
      ).toEqual({
        audit: { nodes: [{ who: userInfo().username, action: 'PROMOTE', from: 'command line' }] },
      });
      expect((await opened.post(pushBody({ sequence: '2' }))).status).toBe(200);
      const socket = await connectLive(opened.app.url);
      socket.subscribe('1', 'subscription ($after: Cursor) { callbackRecorded(after: $after) { cursor } }', { after });
      const refusal = await socket.until((messages) => messages.find(({ id, type }) => id === '1' && type === 'error'));
      expect(JSON.stringify(refusal)).toContain('CURSOR_INVALID');
      await socket.close();
      await opened.close();
      // It has a log of its own now: it is no standby any more.
    })
    .catch((error: unknown) => expect(String(error)).toContain('has a log of its own'));
  expect(opened).not.toBeNull();
  apps = apps.filter((app) => app !== standby);
  rmSync(standby.dataDir, { recursive: true });
});

describe('GET /log', () => {
  const get = async (query: string, bearer = token, app = primary) => {
    const answer = await fetch(`${app.app.url}/log${query}`, { headers: { authorization: `Bearer ${bearer}` } });
    return [answer.status, await answer.text()] as const;
  };

  test('is for its tokens alone, which nothing else takes', async () => {
    expect((await get('?after=0'))[0]).toBe(200);
    expect((await get('?after=0', 'wrong-token-0123456789'))[0]).toBe(401);
    const without = await start({});
    expect((await get('?after=0', token, without))[0]).toBe(404);
    const closed = await start({ access: { mode: 'tokens', tokens: [] }, logAccess: { tokens: [token] } });
    expect((await closed.ask('{ __typename }', {}, { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  test('refuses what is no position, and a position that it does not have', async () => {
    expect((await get('?after=-1'))[0]).toBe(400);
    expect((await get(''))[0]).toBe(400);
    expect((await get('/removed'))[0]).toBe(400);
    expect((await get('?after=0&digest=x'))[0]).toBe(400);
    const [status, body] = await get(`?after=99`);
    expect([status, JSON.parse(body)]).toEqual([409, expect.objectContaining({ error: 'OTHER_HISTORY' })]);
  });

  test('waits for the next event, and answers without one when the service stops', async () => {
    const { position, digest } = await lastOf();
    const waiting = get(`?after=${position}&digest=${digest}&waitMs=10000`);
    await push('1');
    expect((await waiting)[1].split('\n')).toHaveLength(3);
  });

  test('answers without an event when the time to wait is over, whatever is garbage collected meanwhile', async () => {
    // The first reading of an address is recorded, as one more event.
    await lastOf();
    const { position, digest } = await lastOf();
    const collecting = setInterval(collectGarbage, 50);
    try {
      const [status, text] = await get(`?after=${position}&digest=${digest}&waitMs=1000`);
      expect([status, text.split('\n')]).toEqual([200, [expect.any(String), '']]);
    } finally {
      clearInterval(collecting);
    }
  });

  /** The position and digest of the newest event. */
  async function lastOf() {
    const lines = (await get('?after=0'))[1].trim().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as unknown[];
    return { position: Number(last[0]), digest: String(last[9]) };
  }
});
