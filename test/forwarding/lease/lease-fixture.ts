import { setImmediate as turn } from 'node:timers/promises';
import { StoreUnavailable } from '../../../src/event-store/errors.ts';
import type { RecordedEvent } from '../../../src/event-store/event-store.ts';
import type { ForwardTarget } from '../../../src/forwarding/target.ts';
import type { Attempt } from '../../../src/forwarding/post.ts';
import type { ForwardedBody } from '../../../src/forwarding/send.ts';
import { leaseTimes } from '../../../src/forwarding/lease/lease-times.ts';
import { LeasedTarget } from '../../../src/forwarding/lease/leased-target.ts';
import type { LeaseStore } from '../../../src/forwarding/lease/lease-stream.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../../support/in-memory-event-store.ts';
import { newEvent } from '../../support/log-events.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';
import { createManualTime, targetWith } from '../forwarding-fixture.ts';

/** What one node has sent, and when. */
export interface SentByNode {
  readonly node: string;
  readonly stream: string;
  readonly position: bigint;
  readonly atMs: number;
}

export interface LeaseNode {
  readonly leased: LeasedTarget;
  readonly lines: readonly unknown[];
  /**
   * `killed`: nothing of it happens any more. `suspended`: what is due happens once it runs again. `cut off`: the store is not
   * there for it. `unanswered`: nothing that it asks of the store ends. `uncopied`: its copy of the log gets nothing more.
   */
  become(state: 'killed' | 'suspended' | 'cut off' | 'unanswered' | 'uncopied' | 'running'): void;
}

/** Nodes that share a log and the streams of leases, both in memory, and a time that passes only when the test says so. */
export function openLeaseFixture(target: ForwardTarget = targetWith(), { savesEach = false } = {}) {
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
    openNode(node: string): LeaseNode {
      let state: Parameters<LeaseNode['become']>[0] = 'running';
      let due: (() => void)[] = [];
      const { logger, lines } = openRecordingLogger();
      let waiting: (() => void)[] = [];
      const awake = async (): Promise<void> => {
        while (state === 'suspended' || state === 'killed') await new Promise<void>((resolve) => waiting.push(resolve));
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
      const store: LeaseStore = {
        async append(...given) {
          await reachable();
          return leaseStore.append(...given);
        },
        async *readStream(...given) {
          await reachable();
          yield* leaseStore.readStream(...given);
        },
        async truncateStream(...given) {
          await reachable();
          return leaseStore.truncateStream(...given);
        },
      };
      const sender = {
        async send({ eventId, data }: ForwardedBody): Promise<Attempt> {
          const { stream } = JSON.parse(Buffer.from(data).toString()) as { stream: string };
          const event = (await allOf(log)).find((one) => one.eventId === eventId);
          const one = { node, stream, position: event?.position ?? -1n, atMs: time.nowMs };
          sent.push(one);
          return fixture.answer(one);
        },
      };
      const takes = ({ type }: RecordedEvent) => type === 'CssPush';
      const own = {
        ...time,
        steady: time.steady,
        after: (ms: number, callback: () => void) =>
          time.after(ms, () => {
            if (state === 'suspended') due.push(callback);
            else if (state !== 'killed') callback();
          }),
      };
      const parts = {
        nodeId: node,
        store,
        endPosition: () => log.endPosition(),
        log: () => copy,
        isCopied: () => state !== 'uncopied',
        sender,
        takes,
        savesEach,
      };
      const leased = new LeasedTarget(target, { ...parts, times: leaseTimes, time: own, logger });
      return {
        leased,
        lines,
        become(next) {
          if (state === 'killed' || state === next) return;
          const woken = state === 'suspended' && next !== 'suspended' ? [...due, ...waiting] : [];
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
    /** Positions in the order in which each was first sent, by stream. */
    firstSent(): Record<string, bigint[]> {
      const byStream: Record<string, bigint[]> = {};
      const seen = new Set<bigint>();
      for (const { stream, position } of sent) {
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
