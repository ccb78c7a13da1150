import { setImmediate as turn } from 'node:timers/promises';
import { StoreUnavailable, type RecordedEvent } from '../../../src/log/event-store.ts';
import type { ForwardTarget } from '../../../src/forwarding/target.ts';
import type { Attempt } from '../../../src/forwarding/post.ts';
import type { ForwardedBody } from '../../../src/forwarding/send.ts';
import { leaseTimes, type LeaseTimes } from '../../../src/forwarding/lease/lease-stream.ts';
import { LeasedTarget } from '../../../src/forwarding/lease/leased-target.ts';
import { NodeLease, type NodeLeaseParts } from '../../../src/forwarding/lease/node-lease.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../../support/in-memory-event-store.ts';
import { newEvent } from '../../support/log-events.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';
import { createManualTime, targetWith } from '../forwarding-fixture.ts';

/** What one node has sent, to which target and when. */
export interface SentByNode {
  readonly node: string;
  readonly target: string;
  readonly stream: string;
  readonly position: bigint;
  readonly atMs: number;
}

export interface LeaseNode {
  /** The first of its targets, and all of them. */
  readonly leased: LeasedTarget;
  readonly all: readonly LeasedTarget[];
  readonly lines: readonly unknown[];
  /** What it has asked of the store. */
  readonly calls: { appends: number; reads: number };
  /**
   * `killed`: nothing of it happens any more. `suspended`: what is due happens once it runs again. `frozen`: and its steady clock
   * does not go on meanwhile. `cut off`: the store is not
   * there for it. `unanswered`: nothing that it asks of the store ends. `uncopied`: its copy of the log gets nothing more.
   */
  become(state: 'killed' | 'suspended' | 'frozen' | 'cut off' | 'unanswered' | 'uncopied' | 'running'): void;
}

/** Nodes that share a log and the streams of leases, both in memory, and a time that passes only when the test says so. */
export function openLeaseFixture(
  target: ForwardTarget = targetWith(),
  { savesEach = false, times = leaseTimes }: { readonly savesEach?: boolean; readonly times?: LeaseTimes } = {},
) {
  const time = createManualTime();
  const log = openInMemoryEventStore(createInMemoryLog(), time.clock);
  const leases = createInMemoryLog();
  const leaseStore = openInMemoryEventStore(leases, time.clock);
  const sent: SentByNode[] = [];
  const fixture = {
    time,
    sent,
    leases,
    leaseStore,
    answer: (() => ({ kind: 'DELIVERED' })) as (sent: SentByNode) => Attempt | Promise<Attempt>,
    async record(...streams: string[]): Promise<void> {
      for (const stream of streams) {
        const data = Buffer.from(JSON.stringify({ stream }));
        await log.append(`pushedStream-${stream}`, [newEvent({ type: 'CssPush', data })], 'any');
      }
    },
    openNode(node: string, targets: readonly ForwardTarget[] = [target]): LeaseNode {
      let state: Parameters<LeaseNode['become']>[0] = 'running';
      let due: (() => void)[] = [];
      /** How much its steady clock is behind, and since when it does not go on. */
      let [lostMs, frozenAtMs] = [0, null as number | null];
      const { logger, lines } = openRecordingLogger();
      let waiting: (() => void)[] = [];
      const awake = async (): Promise<void> => {
        while (state === 'suspended' || state === 'frozen' || state === 'killed')
          await new Promise<void>((resolve) => waiting.push(resolve));
      };
      const reachable = async () => {
        await awake();
        if (state === 'unanswered') await new Promise<never>(() => undefined);
        if (state === 'cut off') throw new StoreUnavailable('It is cut off.');
      };
      const copy = {
        async *followAll(...given: Parameters<typeof log.followAll>) {
          for await (const batch of log.followAll(...given)) {
            await awake();
            if (state === 'uncopied') await new Promise<never>(() => undefined);
            yield batch;
          }
        },
        async readAt(position: bigint) {
          await awake();
          return log.readAt(position);
        },
        lagAfter: (position: bigint | null) => log.lagAfter(position),
        endPosition: () => log.endPosition(),
      };
      const calls = { appends: 0, reads: 0 };
      const store: NodeLeaseParts['store'] = {
        async append(...given) {
          calls.appends += 1;
          await reachable();
          return leaseStore.append(...given);
        },
        async *readStream(...given) {
          calls.reads += 1;
          await reachable();
          yield* leaseStore.readStream(...given);
        },
        async truncateStream(...given) {
          await reachable();
          return leaseStore.truncateStream(...given);
        },
        endPosition: () => log.endPosition(),
      };
      const senderTo = (to: string) => ({
        async send({ eventId, data }: ForwardedBody, signal: AbortSignal): Promise<Attempt> {
          // As with a real one, nothing is sent of what was broken off before.
          if (signal.aborted) return { kind: 'FAILED', fault: 'CONNECTION', retryAfterMs: null };
          const { stream } = JSON.parse(Buffer.from(data).toString()) as { stream: string };
          const event = (await allOf(log)).find((one) => one.eventId === eventId);
          const one = { node, target: to, stream, position: event?.position ?? -1n, atMs: time.nowMs };
          sent.push(one);
          return fixture.answer(one);
        },
      });
      const takes = ({ type }: RecordedEvent) => type === 'CssPush';
      const own = {
        ...time,
        steady: () => (frozenAtMs ?? time.steady()) - lostMs,
        after: (ms: number, callback: () => void) =>
          time.after(ms, () => {
            if (state === 'suspended' || state === 'frozen') due.push(callback);
            else if (state !== 'killed') callback();
          }),
      };
      const lease = new NodeLease({
        nodeId: node,
        store,
        log: () => copy,
        isCopied: () => state !== 'uncopied',
        times,
        time: own,
        logger,
      });
      const all = targets.map(
        (one) =>
          new LeasedTarget(one, { node: lease, sender: senderTo(one.name), takes, savesEach, time: own, logger }),
      );
      const [leased] = all;
      if (leased === undefined) throw new Error('A node has a target.');
      return {
        leased,
        all,
        lines,
        calls,
        become(next) {
          if (state === 'killed' || state === next) return;
          const woken = state === 'suspended' || state === 'frozen' ? [...due, ...waiting] : [];
          if (frozenAtMs !== null) lostMs += time.steady() - frozenAtMs;
          frozenAtMs = next === 'frozen' ? time.steady() : null;
          [state, due, waiting] = [next, [], []];
          if (next !== 'killed') for (const callback of woken) callback();
        },
      };
    },
    /** Lets everything happen that can, time included, until the condition is met. */
    async until(isMet: () => boolean | Promise<boolean>): Promise<void> {
      for (let turns = 0; turns < 20_000; turns += 1) {
        await settle();
        if (await isMet()) return;
        time.next();
      }
      throw new Error('It does not happen.');
    },
    /** Lets so much time pass. */
    async pass(ms: number): Promise<void> {
      const endMs = time.nowMs + ms;
      time.after(ms, () => undefined);
      await fixture.until(() => time.nowMs >= endMs);
    },
    sentBy: (node: string) => sent.filter((one) => one.node === node),
    /** Positions in the order in which each was first sent to a target, by stream. */
    firstSent(to = target.name): Record<string, bigint[]> {
      const byStream: Record<string, bigint[]> = {};
      const seen = new Set<bigint>();
      for (const { stream, position } of sent.filter((one) => one.target === to)) {
        if (!seen.has(position)) (byStream[stream] ??= []).push(position);
        seen.add(position);
      }
      return byStream;
    },
    async recorded(): Promise<Record<string, bigint[]>> {
      const byStream: Record<string, bigint[]> = {};
      for (const { type, data, position } of await allOf(log)) {
        if (type !== 'CssPush') continue;
        const { stream } = JSON.parse(Buffer.from(data).toString()) as { stream: string };
        (byStream[stream] ??= []).push(position);
      }
      return byStream;
    },
  };
  return fixture;
}

export type LeaseFixture = ReturnType<typeof openLeaseFixture>;

async function settle(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await turn();
}

async function allOf(log: ReturnType<typeof openInMemoryEventStore>) {
  const { signal } = new AbortController();
  for await (const { events } of log.followAll({ after: null, batchEventsMax: 100_000, signal })) return events;
  return [];
}
