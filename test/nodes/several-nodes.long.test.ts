import { afterEach, beforeEach, expect } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { positionOfCursor } from '../../src/live/log-cursor.ts';
import { compareChangePositions, type ChangePosition } from '../../src/projecting/changes.ts';
import { askUntil } from '../support/ask-until.ts';
import { askLedger } from '../support/ask-ledger.ts';
import { openCuttableConnection, type CuttableConnection } from '../support/cuttable-connection.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import type { LiveMessage } from '../support/live-subscription.ts';
import { createLedgerNode, type LedgerNode } from '../support/ledger-node.ts';
import { digestsOf } from '../support/node-files.ts';
import { roam, type RoamingSubscriber } from '../support/roaming-subscriber.ts';
import {
  markAppId,
  openSimulatedTraffic,
  trafficEnvironment,
  type SimulatedTraffic,
} from '../support/simulated-traffic.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { liveKinds, liveQueries, readLists, readLive, type LiveKind } from '../support/whole-ledger.ts';

/** Parts of the traffic, with something that happens in each. */
const parts = 6;

let server: EventStoreDbServer;
let folder: TemporaryFolder;
let ways: CuttableConnection[];
let nodes: LedgerNode[];
let traffic: SimulatedTraffic;
let subscribers: { readonly kind: LiveKind; readonly subscriber: RoamingSubscriber }[];
beforeEach(async () => {
  [ways, nodes, subscribers] = [[], [], []];
  server = await startEventStoreDb();
  folder = makeTemporaryFolder();
});
afterEach(async () => {
  await Promise.allSettled(subscribers.map(({ subscriber }) => subscriber.stop()));
  traffic.close();
  for (const node of nodes) await node.close();
  for (const way of ways) await way.close();
  await server.close();
  folder.remove();
});

async function cuttable(): Promise<CuttableConnection> {
  const way = await openCuttableConnection(server.url);
  ways.push(way);
  return way;
}

/** Resolves once a node shows this callback: by then it shows all that was recorded before. */
async function untilShown(node: LedgerNode, sequence: string): Promise<void> {
  await askUntil(
    () =>
      askLedger<{ streamSession: object | null }>(
        node.url() ?? '',
        'query ($sequence: ID!, $appId: ID) { streamSession(sequence: $sequence, appId: $appId) { id } }',
        { sequence, appId: markAppId },
      ),
    ({ streamSession }) => streamSession !== null,
  );
}

async function spooledAt(node: LedgerNode): Promise<number> {
  const { spool } = (await (await fetch(`${node.url() ?? ''}/readyz/receive`)).json()) as { spool: { events: number } };
  return spool.events;
}

async function liveFromOf(node: LedgerNode): Promise<string> {
  const shown = await askLedger<{ callbacks: { liveFrom: string } }>(node.url() ?? '', '{ callbacks { liveFrom } }');
  return shown.callbacks.liveFrom;
}

/** What all of them show, once that is the same: each node decides on incidents by itself, in its own time. */
async function readSameLists(urls: readonly [string, ...string[]]) {
  return askUntil(
    async () => [await readLists(urls[0]), ...(await Promise.all(urls.slice(1).map(readLists)))] as const,
    ([one, ...others]) => others.every((other) => isDeepStrictEqual(other, one)),
  );
}

/** A cursor's position. */
function positionOf(cursor: string): ChangePosition {
  const [, , position, ordinal] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [
    version: string,
    log: string,
    position: string,
    ordinal: number | null,
  ];
  return positionOfCursor({ position: BigInt(position), ordinal });
}

/** However often it moved: each callback once in order; of what changes the newest at last, and none older after newer. */
function expectNothingMissedOrRepeated(
  kind: LiveKind,
  { shown }: RoamingSubscriber,
  newest: readonly LiveMessage[],
): void {
  if (kind === 'callbacks') {
    expect(shown).toEqual(newest);
    return;
  }
  for (const [index, { cursor }] of shown.entries()) {
    const before = shown[index - 1];
    if (before !== undefined)
      expect(compareChangePositions(positionOf(cursor), positionOf(before.cursor))).toBeGreaterThan(0);
  }
  const last = new Map(shown.map((one) => [one.node.id, one]));
  expect(newest.map(({ node: { id } }) => last.get(id))).toEqual(newest);
}

testNeeding('cut')(
  'two receiving and three query nodes, some killed, cut off or late, are one ledger: every callback once, equal rows, equal cursors, and subscribers that move miss and repeat nothing',
  async () => {
    const [wayOfReceiver, wayOfQuery] = [await cuttable(), await cuttable()];
    const prefix = newPrefix();
    const open = (role: 'receive' | 'query', name: string, url = server.url) => {
      const environment = {
        EVENT_STORE_URL: url,
        EVENT_STORE_PREFIX: prefix,
        ...(role === 'receive' && trafficEnvironment),
      };
      const node = createLedgerNode(name, { role, folder: folder.path, environment });
      nodes.push(node);
      return node;
    };
    const [receiver, cutReceiver] = [open('receive', 'receive-1'), open('receive', 'receive-2', wayOfReceiver.url)];
    const [first, second] = [open('query', 'query-1'), open('query', 'query-2', wayOfQuery.url)];
    const late = open('query', 'query-3');
    traffic = openSimulatedTraffic([receiver, cutReceiver], 'several nodes', parts);
    // All at once, on a log that nobody has begun yet.
    await Promise.all([receiver, cutReceiver, first, second].map((node) => node.start()));

    let welcoming: LedgerNode[] = [first, second];
    const beginning = await askUntil(
      () => liveFromOf(first),
      () => true,
    );
    subscribers = liveKinds.flatMap((kind) =>
      (['websocket', 'sse'] as const).map((transport) => ({
        kind,
        subscriber: roam({
          name: `${kind} by ${transport}`,
          transport,
          query: liveQueries[kind],
          after: beginning,
          urls: () => welcoming.map((node) => node.url() ?? ''),
        }),
      })),
    );
    const all = (work: (subscriber: RoamingSubscriber) => Promise<void>) =>
      Promise.all(subscribers.map(({ subscriber }) => work(subscriber)));
    /** From now on subscribers come to this node alone; resolves once they all have. */
    const gatherAt = async (node: LedgerNode) => {
      welcoming = [node];
      await all((subscriber) => {
        subscriber.leave();
        return subscriber.at(node.url() ?? '');
      });
    };

    // 1. Everything is well.
    await traffic.part();

    // 2. A receiver is killed while it answers, and comes back.
    await traffic.part(async () => {
      await receiver.end('SIGKILL');
      await receiver.start();
    });

    // 3. The other one is cut off from the server, spools, and is killed; what it had answered is there once it is back.
    wayOfReceiver.cut();
    await traffic.part(async () => {
      await askUntil(
        () => spooledAt(cutReceiver),
        (events) => events > 0,
      );
      await cutReceiver.end('SIGKILL');
      wayOfReceiver.mend();
      await cutReceiver.start();
      await askUntil(
        () => spooledAt(cutReceiver),
        (events) => events === 0,
      );
    });

    // 4. A query node is killed under all subscribers; they go on at the other one.
    await gatherAt(first);
    welcoming = [second];
    await traffic.part(async () => {
      await first.end('SIGKILL');
      await first.start();
    });

    // 5. A query node falls behind, and gets the subscribers of one that is stopped: they are ahead of it.
    await gatherAt(first);
    wayOfQuery.cut();
    await traffic.part();
    await traffic.mark(receiver, '1');
    await untilShown(first, '1');
    const ahead = positionOf(await liveFromOf(first)).position;
    expect(ahead).toBeGreaterThan(positionOf(await liveFromOf(second)).position);
    for (const { kind, subscriber } of subscribers) {
      if (kind === 'relayTasks') continue;
      await subscriber.until((last) => last !== undefined && positionOf(last.cursor).position === ahead);
    }
    welcoming = [second];
    expect(await first.end('SIGTERM')).toBe(0);
    await all((subscriber) => subscriber.at(second.url() ?? ''));
    wayOfQuery.mend();

    // 6. A node joins late, and subscribers come as soon as it listens.
    await traffic.part(async () => {
      await Promise.all([late.start(), first.start()]);
      await gatherAt(late);
      welcoming = [first, second, late];
    });
    // What a receiver has spooled comes later than its marks.
    for (const node of [receiver, cutReceiver]) {
      await askUntil(
        () => spooledAt(node),
        (events) => events === 0,
      );
    }
    for (const node of [receiver, cutReceiver]) await traffic.mark(node, node.name.slice(-1).repeat(2));
    for (const node of [first, second, late]) {
      for (const sequence of ['11', '22']) await untilShown(node, sequence);
    }

    // Every callback that was answered 200 is there once, on each node; and all nodes show the same.
    const [one, ...others] = [first, second, late].map((node) => node.url() ?? '');
    expect([traffic.client.answered.size, traffic.client.takenTwice() > 0]).toEqual([2, true]);
    for (const url of [one ?? '', ...others]) expect(await traffic.differencesAt(url)).toEqual([]);
    const [shown] = await readSameLists([one ?? '', ...others]);

    for (const kind of liveKinds) {
      const rows = shown[kind][0]?.totalCount ?? 0;
      const newest = await readLive(one ?? '', kind, beginning, rows);
      for (const url of others) expect(await readLive(url, kind, beginning, rows)).toEqual(newest);
      const roaming = subscribers.filter((each) => each.kind === kind).map(({ subscriber }) => subscriber);
      for (const subscriber of roaming) {
        await subscriber.until((last) => last?.cursor === newest.at(-1)?.cursor);
        await subscriber.stop();
        expectNothingMissedOrRepeated(kind, subscriber, newest);
      }
      // A cursor has the same message on every node.
      const states = new Map<string, LiveMessage>(newest.map((message) => [message.cursor, message]));
      for (const message of roaming.flatMap((subscriber) => subscriber.shown)) {
        expect(message).toEqual(states.get(message.cursor) ?? message);
        states.set(message.cursor, message);
      }
    }
    const ends = subscribers.flatMap(({ subscriber }) => subscriber.ends);
    expect(ends).toEqual(expect.arrayContaining(['1001', '1006', 'gone', 'ended']));

    for (const node of nodes) expect(await node.end('SIGTERM')).toBe(0);
    const digests = digestsOf(first.dataDir);
    for (const node of [second, late]) expect(digestsOf(node.dataDir)).toEqual(digests);
    expect(await first.rebuild()).toBe(0);
    expect(digestsOf(first.dataDir)).toEqual(digests);
  },
);
