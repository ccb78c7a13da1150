import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { askUntil } from '../support/ask-until.ts';
import { rebuild } from '../../src/operations/rebuild/rebuild.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { openCuttableConnection, type CuttableConnection } from '../support/cuttable-connection.ts';
import { onEventStoreDb, untilShown } from '../support/eventstoredb-app.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { connectLive, nextOf, type LiveSocket } from '../support/live-socket.ts';
import { eventsOf, openEventStream } from '../support/live-stream.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const queries = {
  callbacks:
    'subscription ($after: Cursor) { shown: callbackRecorded(after: $after) { cursor callback { position } } }',
  sessions:
    'subscription ($after: Cursor) { shown: streamSessionChanged(after: $after) { cursor streamSession { sequence } } }',
  tasks: 'subscription ($after: Cursor) { shown: relayTaskChanged(after: $after) { cursor relayTask { taskId } } }',
} as const;
type Kind = keyof typeof queries;
const kinds = Object.keys(queries) as Kind[];

let server: EventStoreDbServer;
let way: CuttableConnection;
let prefix: string;
let apps: RunningApp[];
let sockets: LiveSocket[];
beforeEach(async () => {
  [apps, sockets] = [[], []];
  prefix = newPrefix();
  server = await startEventStoreDb();
  way = await openCuttableConnection(server.url);
});
afterEach(async () => {
  for (const socket of sockets) await socket.close();
  for (const app of apps) await app.close();
  await way.close();
  await server.close();
});

async function start(roles = { receive: true, query: true }): Promise<RunningApp> {
  const app = await startApp({ ...onEventStoreDb(way.url, prefix), roles });
  apps.push(app);
  return app;
}

async function connect(app: RunningApp): Promise<LiveSocket> {
  const socket = await connectLive(app.app.url);
  sockets.push(socket);
  return socket;
}

/** Streams of their own: one session supersedes no other. */
const push = async (app: RunningApp, sequence: string) => {
  expect((await app.post(pushBody({ sequence, stream_id: `stream-${sequence}` }))).status).toBe(200);
};

const probe = async (app: RunningApp, route: string) => (await fetch(`${app.app.url}${route}`)).status;

/** The code that a subscription is refused by, over a socket. */
async function refusalOver(socket: LiveSocket, id: string, query: string, after: string | null): Promise<unknown> {
  socket.subscribe(id, query, { after });
  const answer = await socket.until((messages) => messages.find((message) => message.id === id));
  return answer.type === 'error' ? (answer.payload as Refusal[])[0]?.extensions.code : answer.type;
}

interface Refusal {
  readonly extensions: { readonly code: string };
}

testNeeding('cut')(
  'a query node that has no copy yet refuses subscriptions by name, and takes them once it has one',
  async () => {
    way.cut();
    const app = await start({ receive: false, query: true });
    const socket = await connect(app);
    for (const kind of kinds) {
      expect(await refusalOver(socket, `early ${kind}`, queries[kind], null)).toBe('STORE_UNAVAILABLE');
      const response = await openEventStream(app.app.url, queries[kind]);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
      expect(((await response.json()) as { errors: Refusal[] }).errors[0]?.extensions.code).toBe('STORE_UNAVAILABLE');
    }
    expect([await probe(app, '/readyz/query'), await probe(app, '/readyz'), await probe(app, '/healthz')]).toEqual([
      503, 503, 200,
    ]);

    way.mend();
    await askUntil(
      () => probe(app, '/readyz/query'),
      (status) => status === 200,
    );
    // On the same connection.
    for (const kind of kinds) socket.subscribe(kind, queries[kind]);
    socket.subscribe('after them', '{ __typename }');
    await socket.until((messages) => messages.some(({ id }) => id === 'after them'));
    const stream = await openEventStream(app.app.url, queries.callbacks);
    const other = await start({ receive: true, query: false });
    await push(other, '1');
    await socket.until(
      (messages) => nextOf(messages, 'callbacks').length === 1 && nextOf(messages, 'sessions').length === 1,
    );
    expect((await eventsOf(stream).next()).value?.event).toBe('next');
  },
);

describe('cursors of a query node', () => {
  const cursors = async (app: RunningApp): Promise<Record<Kind, string>> => {
    const { data } = await app.ask(
      '{ callbacks(first: 1) { nodes { cursor } } streamSessions { liveFrom } relayTasks { liveFrom } }',
    );
    const shown = data as unknown as {
      callbacks: { nodes: { cursor: string }[] };
      streamSessions: { liveFrom: string };
      relayTasks: { liveFrom: string };
    };
    return {
      callbacks: shown.callbacks.nodes[0]?.cursor ?? '',
      sessions: shown.streamSessions.liveFrom,
      tasks: shown.relayTasks.liveFrom,
    };
  };
  const rebuildBetween = (app: RunningApp, fromLog: boolean) =>
    app.restart(async (dataDir) => {
      const environment = {
        DATA_DIR: dataDir,
        EVENT_STORE_URL: way.url,
        EVENT_STORE_PREFIX: prefix,
        LOG_LEVEL: 'silent',
      };
      await rebuild(environment, () => undefined, { fromLog });
    });

  test('outlive a rebuild of its read models', async () => {
    const app = await start();
    await push(app, '1');
    await untilShown(app, 1);
    const before = await cursors(app);
    await push(app, '2');
    await untilShown(app, 2);
    await rebuildBetween(app, false);
    await push(app, '3');
    expect(await cursors(app)).not.toEqual(before);
    const socket = await connect(app);
    for (const kind of kinds) socket.subscribe(kind, queries[kind], { after: before[kind] });
    await socket.until(
      (messages) => nextOf(messages, 'callbacks').length === 2 && nextOf(messages, 'sessions').length === 2,
    );
  });

  test('are refused on every node once one has copied the log anew, which begins an epoch; those of since are good on all', async () => {
    const [app, other] = [await start(), await start({ receive: false, query: true })];
    await push(app, '1');
    for (const node of [app, other]) await untilShown(node, 1);
    const before = await cursors(app);
    expect(await cursors(other)).toEqual(before);
    // One client a process, for all of them: the other node goes, too, while the log is copied.
    await other.restart(() => rebuildBetween(app, true));
    await push(app, '2');
    for (const node of [app, other]) await untilShown(node, 2);
    for (const node of [app, other]) {
      const socket = await connect(node);
      for (const kind of kinds) {
        expect(await refusalOver(socket, kind, queries[kind], before[kind])).toBe('CURSOR_INVALID');
        const events = eventsOf(
          await openEventStream(node.app.url, queries[kind], {}, { 'last-event-id': before[kind] }),
        );
        expect((await events.next()).value?.data).toContain('CURSOR_INVALID');
      }
    }
    const since = await cursors(app);
    expect(await cursors(other)).toEqual(since);
    await push(app, '3');
    const socket = await connect(other);
    for (const kind of kinds) socket.subscribe(kind, queries[kind], { after: since[kind] });
    await socket.until(
      (messages) => nextOf(messages, 'callbacks').length === 1 && nextOf(messages, 'sessions').length === 1,
    );
  });
});
