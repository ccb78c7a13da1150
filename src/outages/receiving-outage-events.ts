import { randomUUID } from 'node:crypto';
import { readObject, readTime } from '../callbacks/json-object.ts';
import type { EventStore, NewEvent, EventReader } from '../log/event-store.ts';
import type { Clock } from '../kernel/clock.ts';

/** Why a node could not receive callbacks. The log uses these words, so they never change. */
export const outageCauses = ['STOPPED', 'LOST', 'STORE_UNAVAILABLE', 'STORE_OVERLOADED'] as const;
export type OutageCause = (typeof outageCauses)[number];

/** A period in which a receiving node could not receive callbacks, as the node recorded it afterwards. */
export interface ReceivingOutage {
  /** Null with the embedded log, which has one node. */
  readonly node: string | null;
  readonly cause: OutageCause;
  /** By the node's clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Callbacks that the node refused; null if it could not answer at all. */
  readonly refused: number | null;
}

/** The stream that has the outages of every node. */
export const receivingOutagesStream = 'receiving-outages';
/** Type of the event that records one whole outage. */
export const receivingOutageType = 'ReceivingOutage';

/** An outage as the data of its event. */
export function writeOutage({ node, cause, fromMs, toMs, refused }: ReceivingOutage): Buffer {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return Buffer.from(JSON.stringify({ node, cause, from, to, refused }));
}

/** The event of an outage written by `writeOutage`. */
export function outageEvent(data: Buffer, eventId: string): NewEvent {
  return { eventId, type: receivingOutageType, data, metadata: Buffer.from('{}') };
}

function toEvent(outage: ReceivingOutage): NewEvent {
  return outageEvent(writeOutage(outage), randomUUID());
}

/** Null if the data is not ours, or a later version wrote it with another cause. */
export function readOutage(data: Uint8Array): ReceivingOutage | null {
  const value = readObject(data);
  const cause = outageCauses.find((known) => known === value['cause']);
  const [fromMs, toMs] = [readTime(value['from']), readTime(value['to'])];
  if (cause === undefined || fromMs === null || toMs === null) return null;
  const { node, refused } = value;
  return {
    node: typeof node === 'string' ? node : null,
    cause,
    fromMs,
    toMs,
    refused: Number.isSafeInteger(refused) ? (refused as number) : null,
  };
}

/** Milliseconds without a refusal of the same cause before an outage is over, so that an intermittent one is one event. */
export const quietMsMin = 60_000;

/** Outages that may wait, beside at most twice as many whose append failed. Beyond that, those of one cause are merged. */
export const waitingOutagesMax = 100;

interface OutageRecordOptions {
  readonly append: EventStore['append'];
  readonly node: string | null;
  readonly clock: Clock;
  /** Not appended by an earlier record. */
  readonly notAppended?: readonly NewEvent[];
}

/** Records in the log when callbacks could not be taken, once they can be taken again; keeps that in memory until the log takes it. */
export function createOutageRecord({ append, node, clock, notAppended = [] }: OutageRecordOptions) {
  // One per cause: under load both alternate.
  const open = new Map<OutageCause, ReceivingOutage>();
  const waiting: ReceivingOutage[] = [];
  // Never changed: the log may have them, although their append failed.
  let attempted = [...notAppended];
  let appending: Promise<void> | null = null;

  const add = (outage: ReceivingOutage) => {
    waiting.push(outage);
    if (waiting.length > waitingOutagesMax) mergeTwo(waiting);
  };
  const endOpen = (isOver: (outage: ReceivingOutage) => boolean) => {
    for (const outage of open.values()) {
      if (!isOver(outage)) continue;
      open.delete(outage.cause);
      add(outage);
    }
  };
  const endQuiet = () => {
    const nowMs = clock();
    endOpen(({ toMs }) => nowMs - toMs >= quietMsMin);
  };
  /** Events that the log does not take wait for the next stored callback; if that is refused, it is logged. */
  const appendWaiting = async () => {
    // Otherwise they wait, and are merged.
    if (attempted.length < waitingOutagesMax) attempted.push(...waiting.splice(0).map(toEvent));
    // One at a time: the log may know some of several already, and would refuse them all.
    const left = attempted.map((event) =>
      append(receivingOutagesStream, [event], 'any').then(
        () => [],
        () => [event],
      ),
    );
    attempted = (await Promise.all(left)).flat();
  };
  const flush = () => {
    if (attempted.length + waiting.length > 0) appending ??= appendWaiting().finally(() => (appending = null));
  };

  return {
    /** Records an outage that is over. Does not wait: what can't be appended now is appended with a later callback. */
    note(outage: Omit<ReceivingOutage, 'node'>): void {
      add({ ...outage, node });
      flush();
    },
    /** Call it for each callback made durable. */
    noteStored(): void {
      endQuiet();
      flush();
    },
    /** Call it for each callback that could not be made durable. */
    noteNotStored(cause: 'STORE_UNAVAILABLE' | 'STORE_OVERLOADED'): void {
      endQuiet();
      const nowMs = clock();
      const { fromMs, refused } = open.get(cause) ?? { fromMs: nowMs, refused: 0 };
      open.set(cause, { node, cause, fromMs, toMs: nowMs, refused: (refused ?? 0) + 1 });
    },
    /** Records all outages not recorded yet. Resolves with those the log did not take; never rejects. */
    async close(): Promise<readonly NewEvent[]> {
      await appending;
      endOpen(() => true);
      await appendWaiting();
      return [...attempted, ...waiting.map(toEvent)];
    },
  };
}

/** Merges the oldest outage that has a later one of its cause with that one. There are more outages than causes. */
function mergeTwo(outages: ReceivingOutage[]): void {
  for (const [index, one] of outages.entries()) {
    const otherIndex = outages.findIndex(({ cause }, at) => at > index && cause === one.cause);
    const other = outages[otherIndex];
    if (other === undefined) continue;
    outages[index] = {
      ...one,
      fromMs: Math.min(one.fromMs, other.fromMs),
      toMs: Math.max(one.toMs, other.toMs),
      refused: one.refused === null ? other.refused : one.refused + (other.refused ?? 0),
    };
    outages.splice(otherIndex, 1);
    return;
  }
}

/** Outages of receiving that any node recorded. */
export interface ReceivingOutages {
  /**
   * Outages that overlap the period from `fromMs` to `toMs`, both inclusive: the newest `outagesMax` of them, newest
   * first.
   */
  between(fromMs: number, toMs: number, outagesMax: number): Promise<readonly ReceivingOutage[]>;
}

/** Outages kept for one log: the most recently recorded ones. */
export const knownOutagesMax = 10_000;

/** Reads the outages of a log. Keeps those it has read, counts each once, and reads only newer records. */
export function createOutageReader(reader: Pick<EventReader, 'readStream'>): ReceivingOutages {
  // By event id: a repeated append may be in the log twice.
  let known = new Map<string, ReceivingOutage>();
  let nextRevision = 0n;
  let reading: Promise<void> = Promise.resolve();

  const readOn = async () => {
    for await (const { eventId, data, revision } of reader.readStream(receivingOutagesStream, nextRevision)) {
      const outage = readOutage(data);
      if (outage !== null) known.set(eventId, outage);
      nextRevision = revision + 1n;
    }
    if (known.size > knownOutagesMax) known = new Map([...known].slice(-knownOutagesMax));
  };

  return {
    async between(fromMs, toMs, outagesMax) {
      // One at a time: two concurrent reads would count every outage twice.
      reading = reading.catch(() => undefined).then(readOn);
      await reading;
      return [...known.values()]
        .filter((outage) => outage.fromMs <= toMs && outage.toMs >= fromMs)
        .sort((one, other) => other.fromMs - one.fromMs)
        .slice(0, outagesMax);
    },
  };
}
