import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { connectLive, nextOf, type LiveSocket } from '../../support/live-socket.ts';
import { redeliveriesOf, permuted, scenario } from '../../support/scenarios.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

const subscriptions = {
  sessions: `subscription ($after: Cursor) {
    message: streamSessionChanged(after: $after) { cursor node: streamSession { id state startedAt endedAt endCode } }
  }`,
  callbacks:
    'subscription ($after: Cursor) { message: callbackRecorded(after: $after) { cursor node: callback { id } } }',
} as const;
type Kind = keyof typeof subscriptions;

interface Message {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

/** A client that keeps nothing but its last cursor between two connections. */
class Client {
  readonly received: Message[] = [];
  private socket: LiveSocket | null = null;

  constructor(
    readonly kind: Kind,
    private readonly beginning: string,
  ) {}

  async connect(): Promise<void> {
    this.socket ??= await connectLive(running.app.url);
    this.socket.subscribe('1', subscriptions[this.kind], { after: this.received.at(-1)?.cursor ?? this.beginning });
  }

  async disconnect(abruptly: boolean): Promise<void> {
    const { socket } = this;
    if (socket === null) return;
    this.socket = null;
    if (abruptly) socket.ws.terminate();
    await socket.close();
    this.received.push(...nextOf<{ message: Message }>(socket.messages, '1').map(({ message }) => message));
  }

  async until(last: string): Promise<void> {
    await this.disconnect(false);
    if (this.received.at(-1)?.cursor === last) return;
    await this.connect();
    await this.socket?.until((messages) => nextOf<{ message: Message }>(messages, '1').at(-1)?.message.cursor === last);
    await this.disconnect(false);
  }
}

const sent = scenario.chain(({ callbacks }) =>
  redeliveriesOf(callbacks).chain((again) => permuted([...callbacks, ...again])),
);

/** All messages that a new client receives. */
async function receivedByNewClient(kind: Kind, beginning: string, end: string | null): Promise<Message[]> {
  const client = new Client(kind, beginning);
  if (end !== null) await client.until(end);
  return client.received;
}

async function lastCursor(kind: Kind, beginning: string, rows: number): Promise<string | null> {
  if (rows === 0) return null;
  const socket = await connectLive(running.app.url);
  socket.subscribe('1', subscriptions[kind], { after: beginning });
  await socket.until((messages) => nextOf(messages, '1').length === rows);
  await socket.close();
  return nextOf<{ message: Message }>(socket.messages, '1').at(-1)?.message.cursor ?? null;
}

test('property: over sockets that break, nothing is missed or repeated, and no older state follows a newer one', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(sent, fc.infiniteStream(fc.nat(5)), async (arrivals, choices) => {
      run += 1;
      await running.projected();
      const answer = await running.ask('{ callbacks { liveFrom } }');
      const { liveFrom } = answer.data?.['callbacks'] as { liveFrom: string };
      const clients = (['sessions', 'sessions', 'callbacks', 'callbacks'] as const).map(
        (kind) => new Client(kind, liveFrom),
      );
      for (const { body } of arrivals) {
        // Each run has its own sessions.
        await running.post({ ...body, appid: 1_000 + run, appId: undefined });
        for (const client of clients) {
          const choice = choices.next().value as number;
          if (choice === 0) await client.disconnect(true);
          else if (choice === 1) await client.disconnect(false);
          if (choice === 2) {
            await client.disconnect(true);
            await client.connect();
          }
        }
      }
      await running.projected();
      const counted = await running.ask(
        `{ streamSessions(filter: { appId: { eq: "${1_000 + run}" } }) { totalCount } callbacks(filter: { appId: { eq: "${1_000 + run}" } }) { totalCount } }`,
      );
      const totals = counted.data as Record<'streamSessions' | 'callbacks', { totalCount: number }>;
      const ends = {
        sessions: await lastCursor('sessions', liveFrom, totals.streamSessions.totalCount),
        callbacks: await lastCursor('callbacks', liveFrom, totals.callbacks.totalCount),
      };
      for (const client of clients) {
        const end = ends[client.kind];
        if (end !== null) await client.until(end);
        await client.disconnect(false);
        const newest = await receivedByNewClient(client.kind, liveFrom, end);
        if (client.kind === 'callbacks') expect(client.received).toEqual(newest);
        expect(new Set(client.received.map(({ cursor }) => cursor)).size).toBe(client.received.length);
        const last = new Map(client.received.map((one) => [one.node.id, one]));
        expect(newest.map(({ node: { id } }) => last.get(id))).toEqual(newest);
      }
    }),
    { numRuns: 4 },
  );
});
