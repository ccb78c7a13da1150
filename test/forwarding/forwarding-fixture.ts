import { setImmediate as turn } from 'node:timers/promises';
import { Forwarder } from '../../src/forwarding/forwarder.ts';
import type { Attempt } from '../../src/forwarding/post.ts';
import type { ForwardedBody, Time } from '../../src/forwarding/send.ts';
import type { ForwardingState } from '../../src/forwarding/target-progress.ts';
import { openForwardingFile } from '../../src/forwarding/forwarding-file-table.ts';
import { isForwarded, type ForwardTarget } from '../../src/forwarding/target.ts';
import type { EventStore, RecordedEvent } from '../../src/log/event-store.ts';
import { createInMemoryLog, openInMemoryEventStore, type InMemoryLog } from '../support/in-memory-event-store.ts';
import { newEvent } from '../support/log-events.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

/** Time that passes only when a test says so. */
export interface ManualTime extends Time {
  nowMs: number;
  /** Milliseconds for which each timer that was set has waited, or has to. */
  readonly pausesMs: number[];
  /** Lets time pass until the next timer is due, and calls it. */
  next(): void;
}

export function createManualTime(): ManualTime {
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  const time: ManualTime = {
    nowMs: 1_000_000,
    pausesMs: [],
    clock: () => time.nowMs,
    steady: () => time.nowMs,
    random: () => 1,
    after(ms, callback) {
      const timer = { atMs: time.nowMs + ms, callback };
      time.pausesMs.push(ms);
      timers.add(timer);
      return () => timers.delete(timer);
    },
    next() {
      const [timer] = [...timers].sort((one, other) => one.atMs - other.atMs);
      if (timer === undefined) return;
      timers.delete(timer);
      time.nowMs = Math.max(time.nowMs, timer.atMs);
      timer.callback();
    },
  };
  return time;
}

export const targetWith = (given: Partial<ForwardTarget> = {}): ForwardTarget => ({
  name: 'one',
  url: 'http://one.example/',
  filter: null,
  headers: {},
  signingKey: null,
  concurrency: 16,
  perSecond: null,
  giveUpAfterMs: 86_400_000,
  isOrdered: true,
  ...given,
});

const delivered = (): Attempt => ({ kind: 'DELIVERED' });

export interface Sent {
  readonly stream: string;
  readonly position: number;
}

/** A log in memory with a target on it, whose progress is in a file. */
export function openForwardingFixture(folder: string, target = targetWith(), savesEach = false) {
  const log: InMemoryLog = createInMemoryLog();
  const time = createManualTime();
  const { logger, lines } = openRecordingLogger();
  const sent: Sent[] = [];
  const positions = new Map<Uint8Array | undefined, number>();
  let mapped = 0;
  const positionOf = (data: Uint8Array) => {
    for (; mapped < log.events.length; mapped += 1) positions.set(log.events[mapped]?.data, mapped + 1);
    return positions.get(data) ?? 0;
  };
  /** It notifies of what is recorded through it. */
  let opened: EventStore | null = null;
  const fixture = {
    log,
    time,
    lines,
    sent,
    target,
    /** What the target answers; a promise that is never settled: nothing. */
    answer: delivered as (sent: Sent, signal: AbortSignal) => Attempt | Promise<Attempt>,
    /** Whether the file of the progress takes no writes. */
    isReadOnly: false,
    async record(...streams: string[]): Promise<void> {
      const store = opened ?? openInMemoryEventStore(log, time.clock);
      for (const stream of streams) {
        const data = Buffer.from(JSON.stringify({ stream }));
        await store.append(`pushedStream-${stream}`, [newEvent({ type: 'CssPush', data })], 'any');
      }
    },
    /** Starts it as a process would; `crash` ends it as one that is killed. */
    async open() {
      const store = openInMemoryEventStore(log, time.clock);
      opened = store;
      const { logId, epoch } = store;
      const state = openForwardingFile(
        folder,
        { logId, epoch, endPosition: await store.endPosition() },
        { fileName: 'forwarding.sqlite', onLogChanged: () => lines.push('log changed') },
      );
      let isCrashed = false;
      const sender = {
        async send({ data }: ForwardedBody, signal: AbortSignal): Promise<Attempt> {
          const stream = (JSON.parse(Buffer.from(data).toString()) as { stream: string }).stream;
          const position = positionOf(data);
          sent.push({ stream, position });
          const outcome = await fixture.answer({ stream, position }, signal);
          return isCrashed ? new Promise(() => undefined) : outcome;
        },
      };
      const own = {
        ...time,
        after: (ms: number, callback: () => void) => time.after(ms, () => isCrashed || callback()),
      };
      const takes = (event: RecordedEvent) => isForwarded(event, target.filter);
      const saving: ForwardingState = {
        ...state,
        save(...given) {
          if (fixture.isReadOnly) throw new Error('attempt to write a readonly database');
          state.save(...given);
        },
      };
      const parts = { log: store, state: saving, sender, takes, savesEach, time: own, logger };
      const forwarder = new Forwarder(target, parts);
      return {
        forwarder,
        state,
        close: async () => {
          await forwarder.close();
          state.close();
          opened = null;
          await store.close();
        },
        crash: async () => {
          isCrashed = true;
          state.close();
          opened = null;
          await store.close();
        },
      };
    },
    /** Lets everything happen that can, time included, until the condition is met. */
    async until(isMet: () => boolean | Promise<boolean>): Promise<void> {
      for (let turns = 0; !(await isMet()); turns += 1) {
        if (turns > 100_000) throw new Error('It does not happen.');
        await turn();
        await turn();
        time.next();
      }
    },
  };
  return fixture;
}
