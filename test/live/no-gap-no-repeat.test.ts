import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLogCursor, writeLogCursor, type LogCursor } from '../../src/live/log-cursor.ts';
import { openLedger, type Ledger, type TestArrival } from '../support/ledger.ts';
import { openLiveFixture, openTestSink, type LiveFixture, type TestSink } from '../support/live-ledger-fixture.ts';
import { pageOf } from '../support/list-requests.ts';
import type { TestReadModel } from '../support/read-model.ts';
import { anyRelayCallbacks } from '../support/relay-scenarios.ts';
import { numRunsOf } from '../support/num-runs.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../support/scenarios.ts';

const kinds = {
  sessions: `subscription ($after: Cursor) {
    changed: streamSessionChanged(after: $after) { cursor node: streamSession { id state startedAt endedAt endCode deliveries } }
  }`,
  tasks: `subscription ($after: Cursor) {
    changed: relayTaskChanged(after: $after) {
      cursor node: relayTask { id state startedAt exitedAt exitCode runs { number startedAt exitedAt } }
    }
  }`,
  callbacks: `subscription ($after: Cursor) {
    changed: callbackRecorded(after: $after) { cursor node: callback { id position } }
  }`,
} as const;
type Kind = keyof typeof kinds;

interface Sent {
  readonly cursor: string;
  readonly node: { readonly id: string; readonly deliveries?: number; readonly position?: string };
}

/** One client: it remembers its cursor, goes away and comes back, and takes as much as it likes. */
interface Client {
  readonly kind: Kind;
  readonly sent: Sent[];
  connection: { readonly sink: TestSink; readonly leave: () => void } | null;
}

type Step =
  | { readonly do: 'ARRIVE'; readonly count: number }
  | { readonly do: 'PROJECT'; readonly batchEventsMax: number }
  | { readonly do: 'COME'; readonly client: number }
  | { readonly do: 'GO'; readonly client: number }
  | { readonly do: 'TAKE'; readonly client: number; readonly count: number };

const clients: readonly Kind[] = ['sessions', 'sessions', 'tasks', 'callbacks', 'callbacks'];
const client = fc.nat(clients.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('ARRIVE' as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ do: fc.constant('PROJECT' as const), batchEventsMax: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('COME' as const), client }),
  fc.record({ do: fc.constant('GO' as const), client }),
  fc.record({ do: fc.constant('TAKE' as const), client, count: fc.integer({ min: 1, max: 4 }) }),
);

const arrivals: fc.Arbitrary<TestArrival[]> = fc.tuple(scenario, anyRelayCallbacks).chain(([{ callbacks }, relay]) => {
  const all = [...callbacks, ...relay];
  return redeliveriesOf(all).chain((again) => permuted([...all, ...again]));
});

class World {
  readonly clients: Client[];
  private arrived = 0;
  private projected = 0;

  constructor(
    readonly ledger: Ledger,
    readonly readModel: TestReadModel,
    readonly live: LiveFixture,
    readonly arrivals: readonly TestArrival[],
    readonly beginning: string,
  ) {
    this.clients = clients.map((kind) => ({ kind, sent: [], connection: null }));
  }

  async run(todo: Step): Promise<void> {
    if (todo.do === 'ARRIVE') await this.arrive(todo.count);
    else if (todo.do === 'PROJECT') await this.project(todo.batchEventsMax);
    else {
      const one = this.clients[todo.client];
      if (one === undefined) return;
      if (todo.do === 'COME') await this.come(one, 0);
      else if (todo.do === 'GO') this.go(one);
      else one.connection?.sink.allow(todo.count);
    }
    // Whoever is ready to go on does, as far as it likes.
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  }

  async arrive(count: number): Promise<void> {
    await this.ledger.append(this.arrivals.slice(this.arrived, this.arrived + count));
    this.arrived += count;
  }

  async project(batchEventsMax: number): Promise<void> {
    const events = await this.ledger.events();
    for (; this.projected < events.length; this.projected += batchEventsMax) {
      this.readModel.project(events.slice(this.projected, this.projected + batchEventsMax));
      this.live.notify();
    }
    this.projected = events.length;
  }

  async come(one: Client, allowed: number): Promise<void> {
    if (one.connection !== null) return;
    const sink = openTestSink(allowed);
    const after = one.sent.at(-1)?.cursor ?? this.beginning;
    const subscriber = await this.live.subscribe(kinds[one.kind], { after }, sink);
    one.connection = {
      sink,
      leave: () => {
        subscriber.leave();
      },
    };
  }

  go(one: Client): void {
    one.connection?.leave();
    one.sent.push(...(one.connection?.sink.taken ?? []).map(({ data }) => (data as { changed: Sent }).changed));
    one.connection = null;
  }

  /** Everything arrives, and everybody comes back until it has all. */
  async finish(last: Readonly<Record<Kind, string | null>>): Promise<void> {
    for (const one of this.clients) {
      this.go(one);
      await this.come(one, Infinity);
      const cursor = last[one.kind];
      if (cursor !== null && one.sent.at(-1)?.cursor !== cursor) {
        const sink = one.connection?.sink ?? openTestSink();
        await inTurns(() => sink.failure() !== null || sink.taken.at(-1)?.cursor === cursor);
        expect(sink.failure()).toBeNull();
      }
      this.go(one);
    }
  }
}

/** Fails if something does not happen that nothing prevents. */
async function inTurns(fits: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000; turn += 1) {
    if (fits()) return;
    await new Promise(setImmediate);
  }
  throw new Error('It does not come about.');
}

function positionOf(world: World, cursor: string): LogCursor {
  return readLogCursor(cursor, world.ledger.store);
}

/** What a new client is sent: each row once, in its newest state. */
async function sentAfresh(world: World, kind: Kind, rows: number): Promise<Sent[]> {
  const sink = openTestSink();
  const subscriber = await world.live.subscribe(kinds[kind], { after: world.beginning }, sink);
  await inTurns(() => sink.taken.length >= rows);
  subscriber.leave();
  return sink.taken.map(({ data }) => (data as { changed: Sent }).changed);
}

describe('catching up and being live', () => {
  test('property: nothing is missed or repeated, and nothing old follows new, whatever arrives and however clients connect and read', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.array(step, { minLength: 10, maxLength: 60 }), async (all, steps) => {
        const ledger = openLedger();
        const readModel = ledger.openReadModel();
        const live = openLiveFixture(ledger, readModel);
        const { logId, epoch } = ledger.store;
        const beginning = writeLogCursor({
          logId,
          epoch,
          position: 0n,
          ordinal: null,
          projectionVersion: null,
          event: null,
        });
        const world = new World(ledger, readModel, live, all, beginning);
        try {
          for (const one of steps) await world.run(one);
          await world.arrive(all.length);
          await world.project(3);
          const totals = readModel.read((reader) => ({
            sessions: reader.streamSessions(pageOf('LAST_CHANGED')).rows.length,
            tasks: reader.relayTasks(pageOf('LAST_CHANGED')).rows.length,
            callbacks: reader.callbacks(pageOf('RECORDED')).rows.length,
          }));
          const newest = {
            sessions: await sentAfresh(world, 'sessions', totals.sessions),
            tasks: await sentAfresh(world, 'tasks', totals.tasks),
            callbacks: await sentAfresh(world, 'callbacks', totals.callbacks),
          };
          await world.finish({
            sessions: newest.sessions.at(-1)?.cursor ?? null,
            tasks: newest.tasks.at(-1)?.cursor ?? null,
            callbacks: newest.callbacks.at(-1)?.cursor ?? null,
          });
          for (const { kind, sent } of world.clients) {
            const positions = sent.map(({ cursor }) => positionOf(world, cursor));
            // In the order of the log, and no position twice.
            for (const [index, position] of positions.entries()) {
              const before = positions[index - 1];
              if (before === undefined) continue;
              const isLater =
                position.position > before.position ||
                (position.position === before.position && (position.ordinal ?? 0) > (before.ordinal ?? 0));
              expect(isLater).toBe(true);
            }
            // The newest of each is what a new client is sent; each callback is sent once.
            if (kind === 'callbacks') expect(sent).toEqual(newest.callbacks);
            const last = new Map(sent.map((one) => [one.node.id, one]));
            expect([...last.values()].map(withoutDeliveries).sort(byId)).toEqual(
              newest[kind].map(withoutDeliveries).sort(byId),
            );
            // A state never goes back: each arrival of a session counts one more.
            const deliveries = new Map<string, number>();
            for (const { node } of sent) {
              expect(node.deliveries ?? 0).toBeGreaterThanOrEqual(deliveries.get(node.id) ?? 0);
              deliveries.set(node.id, node.deliveries ?? 0);
            }
          }
        } finally {
          live.close();
          await ledger.close();
        }
      }),
      { ...inTime, numRuns: numRunsOf(40) },
    );
  });
});

/** A redelivery changes nothing else of what is sent, and is not sent. */
function withoutDeliveries({ cursor, node: { deliveries: _deliveries, ...node } }: Sent) {
  return { cursor, ...node };
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : Number(one.id > other.id);
}
