import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { beginNextEpoch } from '../../src/log/eventstoredb/ledger-identity.ts';
import { writeLogCursor } from '../../src/live/log-cursor.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { openCuttableConnection, type CuttableConnection } from '../support/cuttable-connection.ts';
import { onEventStoreDb, untilShown } from '../support/eventstoredb-app.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { connectLive, nextOf, type LiveSocket } from '../support/live-socket.ts';
import { eventsOf, openEventStream } from '../support/live-stream.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const queries = {
  callbacks: `subscription ($after: Cursor) { shown: callbackRecorded(after: $after) {
    cursor callback { streamSession { sequence } } } }`,
  sessions: `subscription ($after: Cursor) { shown: streamSessionChanged(after: $after) {
    cursor streamSession { sequence } } }`,
} as const;
type Kind = keyof typeof queries;
const kinds = Object.keys(queries) as Kind[];

interface Shown {
  readonly shown: {
    readonly cursor: string;
    readonly callback?: { readonly streamSession: { readonly sequence: string } };
    readonly streamSession?: { readonly sequence: string };
  };
}
const sequenceOf = ({ shown }: Shown) => (shown.streamSession ?? shown.callback?.streamSession)?.sequence;

let server: EventStoreDbServer;
let way: CuttableConnection;
let prefix: string;
let app: RunningApp;
let sockets: LiveSocket[];
beforeAll(async () => {
  server = await startEventStoreDb();
});
beforeEach(async () => {
  sockets = [];
  way = await openCuttableConnection(server.url);
});
afterEach(async () => {
  for (const socket of sockets) await socket.close();
  await app.close();
  await way.close();
});
afterAll(() => server.close());

async function connect(): Promise<LiveSocket> {
  const socket = await connectLive(app.app.url);
  sockets.push(socket);
  return socket;
}

/** Position of an event that somebody else writes, past the node and its way: the log of the ledger has nothing there. */
async function strangersPosition(): Promise<bigint> {
  const client = EventStoreDBClient.connectionString(server.url);
  try {
    const { position } = await client.appendToStream(`${newPrefix()}-elsewhere`, jsonEvent({ type: 'Else', data: {} }));
    if (position === undefined) throw new Error('The server tells no position.');
    return position.commit;
  } finally {
    await client.dispose();
  }
}

/** As another node would send it, which has come that far. */
function cursorAt(position: bigint): string {
  const { logId, epoch } = app.log;
  return writeLogCursor({ logId, epoch, position, ordinal: null, projectionVersion: null, event: null });
}

/** Subscribes to all kinds over a WebSocket, and to callbacks by server-sent events. */
async function subscribe(after: string) {
  const socket = await connect();
  for (const kind of kinds) socket.subscribe(kind, queries[kind], { after });
  const stream = eventsOf(await openEventStream(app.app.url, queries.callbacks, {}, { 'last-event-id': after }));
  const streamed: (string | undefined)[] = [];
  return {
    socket,
    /** Resolves once all of them have sent this; with all that was sent. */
    async until(sequence: string): Promise<Record<string, readonly unknown[]>> {
      await socket.until(
        (messages) =>
          messages.some(({ type }) => type === 'error') ||
          kinds.every((kind) => nextOf<Shown>(messages, kind).map(sequenceOf).includes(sequence)),
      );
      expect(socket.messages.filter(({ type }) => type === 'error')).toEqual([]);
      while (!streamed.includes(sequence)) {
        const { value } = await stream.next();
        streamed.push(sequenceOf((JSON.parse(value?.data ?? '{}') as { data: Shown }).data));
      }
      const shown = (kind: Kind) => nextOf<Shown>(socket.messages, kind).map(sequenceOf);
      return { callbacks: shown('callbacks'), sessions: shown('sessions'), streamed };
    },
    /** Resolves with the code that each of them is ended by. */
    async untilEnded(): Promise<readonly unknown[]> {
      const codes: unknown[] = [];
      for (const kind of kinds) {
        const { payload } = await socket.until((messages) =>
          messages.find(({ id, type }) => id === kind && type === 'error'),
        );
        codes.push((payload as Refusal[])[0]?.extensions.code);
      }
      const { value } = await stream.next();
      const { errors = [] } = JSON.parse(value?.data ?? '{}') as { errors?: Refusal[] };
      return [...codes, errors[0]?.extensions.code];
    },
  };
}

interface Refusal {
  readonly extensions: { readonly code: string };
}

const push = async (sequence: string) => {
  // Streams of their own: one session supersedes no other.
  expect((await app.post(pushBody({ sequence, stream_id: `stream-${sequence}` }))).status).toBe(200);
};

describe('a cursor ahead of what a node has of the log', () => {
  beforeEach(async () => {
    prefix = newPrefix();
    app = await startApp(onEventStoreDb(way.url, prefix));
    await push('1');
    await untilShown(app, 1);
  });

  test('waits at the position that the server gave it, and what comes after it is shown once', async () => {
    const subscribed = await subscribe(cursorAt(await strangersPosition()));
    await push('2');
    await subscribed.until('2');
    await push('3');
    const once = ['2', '3'];
    expect(await subscribed.until('3')).toEqual({ callbacks: once, sessions: once, streamed: once });
  });

  test('delays nobody who asks for the same from here', async () => {
    const ahead = await subscribe(cursorAt(await strangersPosition()));
    const others = await subscribe(cursorAt(0n));
    expect(await others.until('1')).toEqual({ callbacks: ['1'], sessions: ['1'], streamed: ['1'] });
    await push('2');
    expect(await ahead.until('2')).toMatchObject({ callbacks: ['2'] });
    expect(await others.until('2')).toMatchObject({ callbacks: ['1', '2'] });
  });

  test('is CURSOR_INVALID where it lies beyond the end of the server', async () => {
    const subscribed = await subscribe(cursorAt((await strangersPosition()) + 2n ** 40n));
    expect(await subscribed.untilEnded()).toEqual(kinds.map(() => 'CURSOR_INVALID').concat('CURSOR_INVALID'));
  });

  test('is CURSOR_INVALID once another epoch begins below it: the log was restored, and positions are given a second time', async () => {
    const subscribed = await subscribe(cursorAt(await strangersPosition()));
    await beginNextEpoch({ url: way.url, prefix }, { logId: app.log.logId, epoch: 1 });
    expect(await subscribed.untilEnded()).toEqual(kinds.map(() => 'CURSOR_INVALID').concat('CURSOR_INVALID'));
  });

  testNeeding('cut')('waits while the server is away, whatever it says, and goes on when it is back', async () => {
    // Before the cut: the clients of a process share a table of appends, and one that loses its server ends those of others.
    const position = await strangersPosition();
    way.cut();
    const subscribed = await subscribe(cursorAt(position));
    way.mend();
    await push('2');
    await subscribed.until('2');
    await push('3');
    expect(await subscribed.until('3')).toMatchObject({ callbacks: ['2', '3'], streamed: ['2', '3'] });
  });

  testNeeding('cut')(
    'that was taken while the server was away is CURSOR_INVALID once it is known to lie beyond',
    async () => {
      const end = await strangersPosition();
      way.cut();
      const subscribed = await subscribe(cursorAt(end + 2n ** 40n));
      way.mend();
      await push('2');
      await untilShown(app, 2);
      expect(await subscribed.untilEnded()).toEqual(kinds.map(() => 'CURSOR_INVALID').concat('CURSOR_INVALID'));
    },
  );
});
