import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { spoolBounds } from '../../src/log/spool/spool.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { onEventStoreDb, projectionOf, untilProjection, untilShown } from '../support/eventstoredb-app.ts';
import { heal, startEventStoreDb, testNeeding, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { scrapeSample } from '../support/metrics.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let server: EventStoreDbServer;
let app: RunningApp;
beforeAll(async () => {
  server = await startEventStoreDb();
});
afterEach(async () => {
  await heal(server);
  await app.close();
});
afterAll(() => server.close());

const start = async (options: Parameters<typeof startApp>[0] = {}) => {
  app = await startApp({ ...onEventStoreDb(server.url), ...options });
};
const sequences = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const post = async (sequence: string) => (await app.post(pushBody({ sequence }))).status;
const probe = async (route: string) => {
  const response = await fetch(`${app.app.url}${route}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const sorted = (shown: readonly string[]) => [...shown].sort((one, other) => Number(one) - Number(other));

describe('the event store killed under a receiving node', () => {
  testNeeding('outage')(
    'costs no callback: they are answered 200, spooled, shown, drained, and each is shown once',
    async () => {
      await start();
      for (const sequence of sequences(1, 5)) expect(await post(sequence)).toBe(200);
      await untilShown(app, 5);
      const underWay = Promise.all(sequences(6, 60).map(post));
      await server.kill();
      expect(new Set(await underWay)).toEqual(new Set([200]));
      for (const sequence of sequences(61, 80)) expect(await post(sequence)).toBe(200);

      const away = await untilProjection(app, ({ notFollowedBecause }) => notFollowedBecause !== null);
      expect(away.stalled).toBe(false);
      expect(away.spool?.events).toBeGreaterThanOrEqual(20);
      expect(away.spool?.bytes).toBeGreaterThan(0);
      expect(await probe('/readyz/receive')).toMatchObject({
        status: 200,
        body: { ready: true, spool: { events: away.spool?.events } },
      });
      expect(await scrapeSample(app.app.url, 'live_ledger_spool_events')).toBe(away.spool?.events);
      // What was copied before is served all the same.
      expect(await untilShown(app, 5)).toEqual(expect.arrayContaining(sequences(1, 5)));

      await server.restart();
      expect(sorted(await untilShown(app, 80))).toEqual(sequences(1, 80));
      const back = await untilProjection(app, ({ spool }) => spool?.events === 0);
      expect(back.spool).toEqual({ events: 0, bytes: 0, oldestAgeMs: 0, eventsRefused: 0 });
      expect(await post('81')).toBe(200);
      expect(sorted(await untilShown(app, 81))).toEqual(sequences(1, 81));
    },
  );

  testNeeding('outage')(
    'and the node stopped before it is back: what is spooled is drained by the next start, also with the spool off',
    async () => {
      const onServer = onEventStoreDb(server.url);
      await start(onServer);
      await post('1');
      await untilShown(app, 1);
      await server.kill();
      await post('2');
      const options = { ...onServer, dataDir: app.dataDir };
      await app.app.close();
      await server.restart();
      const again = await startApp({ ...options, spool: null });
      const first = app;
      app = again;
      try {
        expect(sorted(await untilShown(again, 2))).toEqual(['1', '2']);
        expect((await untilProjection(again, ({ spool }) => spool?.events === 0)).spool).not.toBeNull();
      } finally {
        await again.close();
        await first.close();
      }
    },
  );
});

describe('a start while the event store is away', () => {
  testNeeding('outage')(
    'spools what comes, refuses queries by name where nothing was ever copied, and says so',
    async () => {
      await server.kill();
      await start();
      expect(await post('1')).toBe(200);
      const { errors } = await app.ask('{ projections { name } }');
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect((await probe('/readyz/receive')).status).toBe(200);
      expect((await probe('/readyz/query')).status).toBe(503);
      expect((await probe('/healthz')).status).toBe(200);
      expect(app.logLines.join('')).toContain('there is no copy of it yet');
      await server.restart();
      expect(await untilShown(app, 1)).toEqual(['1']);
    },
  );

  testNeeding('outage')('serves the copy of before, and tells how old it is', async () => {
    let nowMs = Date.now();
    await start({ clock: () => nowMs });
    await post('1');
    await untilShown(app, 1);
    await server.kill();
    await app.restart();
    nowMs += 7_200_000;
    expect(await untilShown(app, 1)).toEqual(['1']);
    const { lagMs, notFollowedBecause, stalled } = await projectionOf(app);
    expect(lagMs).toBeGreaterThanOrEqual(3_600_000);
    expect([typeof notFollowedBecause, stalled]).toEqual(['string', false]);
    expect(await probe('/readyz/query')).toMatchObject({ status: 503 });
    await server.restart();
    await untilProjection(app, (projection) => projection.lagMs === 0 && projection.notFollowedBecause === null);
    expect((await probe('/readyz/query')).status).toBe(200);
  });
});

describe('what can not be made durable', () => {
  testNeeding('outage')(
    'with SPOOL=off is refused at once, with Retry-After, and the node says that it takes nothing',
    async () => {
      await start({ spool: null });
      expect(await post('1')).toBe(200);
      // There are read models that answer while the server is away.
      await untilShown(app, 1);
      await server.kill();
      await untilProjection(app, ({ notFollowedBecause }) => notFollowedBecause !== null);
      const refused = await app.post(pushBody({ sequence: '2' }));
      expect(refused).toMatchObject({ status: 503, body: { error: 'STORE_UNAVAILABLE' } });
      expect(refused.headers.get('retry-after')).toBe('5');
      expect((await probe('/readyz/receive')).status).toBe(503);
      expect((await projectionOf(app)).spool).toBeNull();
      await server.restart();
      await askUntil(
        () => post('2'),
        (status) => status === 200,
      );
      expect(sorted(await untilShown(app, 2))).toEqual(['1', '2']);
      expect((await probe('/readyz/receive')).status).toBe(200);
    },
  );

  testNeeding('outage')(
    'with a full spool is refused with Retry-After; what was taken before stays, and is shown',
    async () => {
      const bytesMax = 5_000;
      await start({ spool: { ...spoolBounds, bytesMax } });
      await server.kill();
      const answers = [];
      for (const sequence of sequences(1, 20)) answers.push(await app.post(pushBody({ sequence })));
      const taken = answers.filter(({ status }) => status === 200).length;
      expect(taken).toBeGreaterThan(0);
      expect(taken).toBeLessThan(20);
      for (const { status, headers } of answers.slice(taken)) {
        expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      }
      await server.restart();
      expect(sorted(await untilShown(app, taken))).toEqual(sequences(1, taken));
      await untilProjection(app, ({ spool }) => spool?.events === 0);
      expect(await post('21')).toBe(200);
      expect(await untilShown(app, taken + 1)).toHaveLength(taken + 1);
    },
  );
});

testNeeding('stand-in')(
  'a server frozen under load: every callback is answered 200 by way of the spool, and shown once when it goes on',
  async () => {
    await start();
    await post('1');
    await untilShown(app, 1);
    server.freeze();
    // The first wait for the append's own limit, and find the server silent; what comes then does not wait.
    expect(new Set(await Promise.all(sequences(2, 40).map(post)))).toEqual(new Set([200]));
    expect(new Set(await Promise.all(sequences(41, 80).map(post)))).toEqual(new Set([200]));
    const { spool } = await projectionOf(app);
    expect(spool?.events).toBe(79);
    server.thaw();
    expect(sorted(await untilShown(app, 80))).toEqual(sequences(1, 80));
    await untilProjection(app, (projection) => projection.spool?.events === 0);
    // Stored late by the server, and once more by the drain: with one id they are one delivery.
    const { data } = await app.ask('{ callbacks(first: 500) { nodes { deliveries } } }');
    const { nodes } = (data as { callbacks: { nodes: { deliveries: number }[] } }).callbacks;
    expect(new Set(nodes.map(({ deliveries }) => deliveries))).toEqual(new Set([1]));
  },
);

testNeeding('outage')(
  'what does not prove itself is quarantined through the spool too, and can be released when the server is back',
  async () => {
    const token = 'token-of-sixteen-or-more';
    await start({ authenticity: { keys: [], tokens: [token] } });
    await app.post(pushBody({ sequence: '1' }), `/callbacks/css/${token}`);
    await untilShown(app, 1);
    await server.kill();
    expect(await post('2')).toBe(200);
    const list = '{ quarantine(filter: { status: { eq: HELD } }) { nodes { id } } }';
    const quarantinedIds = async () => {
      const { data } = await app.ask(list);
      return (data as { quarantine: { nodes: { id: string }[] } }).quarantine.nodes.map(({ id }) => id);
    };
    expect(await quarantinedIds()).toEqual([]);
    await server.restart();
    await untilProjection(app, (projection) => projection.spool?.events === 0);
    const ids = await askUntil(quarantinedIds, ({ length }) => length > 0);
    const release = 'mutation ($ids: [ID!]!) { releaseFromQuarantine(ids: $ids) { outcome } }';
    await server.kill();
    const notStored = await app.ask(release, { ids });
    expect(JSON.stringify(notStored)).toContain('NOT_STORED');
    await server.restart();
    await askUntil(
      async () => JSON.stringify(await app.ask(release, { ids })),
      (outcome) => outcome.includes('RELEASED'),
    );
    expect(sorted(await untilShown(app, 2))).toEqual(['1', '2']);
  },
);
