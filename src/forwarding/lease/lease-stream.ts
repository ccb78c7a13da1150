import { randomUUID } from 'node:crypto';
import { parseJsonObject, type JsonObject } from '../../callbacks/json-object.ts';
import { WrongExpectedRevision, type EventStore, type NewEvent, type RecordedEvent } from '../../log/event-store.ts';
import type { ForwardingChange } from '../forwarder.ts';
import { afterChange, decodeProgress, encodeProgress, type LeasedProgress } from './leased-progress.ts';

/** The stream of a target, outside the log: no copy has it. On disk: it never changes. */
export function forwardingStreamOf(target: string): string {
  return `forwarding-${target}`;
}

/**
 * Names the stream of the lease itself: no target has a slash in its name. On disk: it never changes. Earlier versions, in
 * which each target had a lease, renew in it as well: so this version waits until none of them runs, and stops for them.
 */
export const nodesLease = 'nodes/renewals';

/**
 * The events of the lease and of the targets. Their types, on disk, never change.
 * - Taken: from now on this node forwards, whichever did before.
 * - Renewed: it still does. In the stream of a target: it has come this far.
 * - Released: it no longer does, and any other may at once.
 * - Changed: an operator has changed something, on whichever node. In the stream of the lease: to which targets.
 */
const leaseEventTypes = {
  taken: 'ForwardingTaken',
  renewed: 'ForwardingRenewed',
  released: 'ForwardingReleased',
  changed: 'ForwardingChanged',
} as const;
type LeaseEventKind = keyof typeof leaseEventTypes;

export interface LeaseEvent {
  readonly kind: LeaseEventKind;
  /** The node of the event: random at each start of a process. Empty for an operator's change. */
  readonly holder: string;
  /** How far the target is with this event and all before it. Null: as before it, except for `change`. */
  readonly progress: LeasedProgress | null;
  /** Of a `changed`. */
  readonly change: ForwardingChange | null;
  /** Only in the stream of the lease: targets to whose streams an event was appended that others must read at once. */
  readonly appendedTo?: readonly string[];
}

/** The event as it is appended, with a new id. */
export function encodeLeaseEvent({ kind, holder, progress, change, appendedTo = [] }: LeaseEvent): NewEvent {
  const data = {
    ...(holder !== '' && { holder }),
    ...(change !== null && { change: change.what === 'replay' ? { ...change, after: String(change.after) } : change }),
    ...(progress !== null && { progress: encodeProgress(progress) }),
    ...(appendedTo.length > 0 && { appendedTo }),
  };
  return {
    eventId: randomUUID(),
    type: leaseEventTypes[kind],
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from('{}'),
  };
}

/** Null for an event that is not ours, or was changed since: it is skipped. */
export function decodeLeaseEvent({ type, data, isDamaged, isUnchecked }: RecordedEvent): LeaseEvent | null {
  const kind = kinds.find((one) => leaseEventTypes[one] === type);
  const body = parseJsonObject(data);
  if (kind === undefined || isDamaged === true || isUnchecked === true || !body.ok) return null;
  const { holder = '', progress, change, appendedTo } = body.object;
  if (typeof holder !== 'string') return null;
  return {
    kind,
    holder,
    progress: progress === undefined ? null : decodeProgress(progress as JsonObject),
    change: change === undefined ? null : decodeChange(change as JsonObject),
    ...(appendedTo !== undefined && { appendedTo: appendedTo as string[] }),
  };
}

const kinds = Object.keys(leaseEventTypes) as LeaseEventKind[];

function decodeChange({ what, after }: JsonObject): ForwardingChange | null {
  if (what === 'pause' || what === 'resume' || what === 'skip') return { what };
  return what === 'replay' && typeof after === 'string' ? { what, after: BigInt(after) } : null;
}

/** The leases of all nodes: the streams themselves, not a copy of them. */
export type LeaseStore = Pick<EventStore, 'append' | 'readStream'> & {
  readonly truncateStream: (streamName: string, beforeRevision: bigint) => Promise<unknown>;
};

/** Events before the progress that are kept until they are truncated, because each truncation is another event. */
const eventsBeforeProgressMax = 200;

/** Attempts to append while other nodes append as well. */
export const appendsMax = 5;

/** The lease, or the progress of one target, as the events of the stream say: nothing is cached that was not read or appended. */
export class LeaseStream {
  /** Revision of the newest event that was read or appended; null before the first. */
  revision: bigint | null = null;
  /** The node that forwards; null if none does, and any may take the lease at once. */
  holder: string | null = null;
  /** Null before the first event. */
  progress: LeasedProgress | null = null;
  /** Bytes of progress in the last such event that was appended here. */
  progressBytes = 0;
  private readonly name: string;
  private progressAt = -1n;
  private truncatedBefore = 0n;

  constructor(
    target: string,
    private readonly store: LeaseStore,
  ) {
    this.name = forwardingStreamOf(target);
  }

  /**
   * Reads the new events, and returns them in order.
   * @throws StoreUnavailable - may be retried: until all could be read nothing is noted, because nobody would hear of it again
   */
  async readNew(): Promise<readonly LeaseEvent[]> {
    const from = this.revision === null ? 0n : this.revision + 1n;
    const read: [bigint, LeaseEvent | null][] = [];
    for await (const recorded of this.store.readStream(this.name, from)) {
      read.push([recorded.revision, decodeLeaseEvent(recorded)]);
    }
    for (const noted of read) this.noteRecorded(...noted);
    return read.flatMap(([, event]) => event ?? []);
  }

  /**
   * Appends an event unless another one came first: then it returns false, and `readNew` has that event. So of two
   * nodes that believe they hold the lease, only one can append.
   * @throws StoreUnavailable - nothing is known to be appended; may be retried after `readNew`
   */
  async append(event: LeaseEvent): Promise<boolean> {
    try {
      const expected = this.revision ?? 'none';
      const encoded = encodeLeaseEvent(event);
      const { revision } = await this.store.append(this.name, [encoded], expected);
      if (event.progress !== null) this.progressBytes = encoded.data.byteLength;
      this.noteRecorded(revision, event);
      return true;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return false;
      throw error;
    }
  }

  /** Removes events that nobody reads any more, once they are many. @throws StoreUnavailable - may be retried */
  async truncate(before = this.progressAt): Promise<void> {
    if (before - this.truncatedBefore < BigInt(eventsBeforeProgressMax)) return;
    await this.store.truncateStream(this.name, before);
    this.truncatedBefore = before;
  }

  private noteRecorded(revision: bigint, event: LeaseEvent | null): void {
    // Everything before the first event that was read is truncated already.
    if (this.revision === null) this.truncatedBefore = revision;
    this.revision = revision;
    if (event === null) return;
    const { kind, holder, progress, change } = event;
    if (kind === 'released') this.holder = null;
    else if (kind !== 'changed') this.holder = holder;
    if (progress !== null) [this.progress, this.progressAt] = [progress, revision];
    else if (change !== null && this.progress !== null) this.progress = afterChange(this.progress, change);
  }
}

/**
 * The times of a lease, in milliseconds of each node's own steady clock: no two clocks are ever compared.
 * `validForMs` is well below `takenOverAfterMs`: a node that cannot renew the lease has stopped before another one begins.
 */
export interface LeaseTimes {
  /** Between two looks at the lease, and at the targets that are due. */
  readonly lookEveryMs: number;
  /** Targets whose streams are read, and to which the progress is saved, at each look, in turn. */
  readonly turnsPerLook: number;
  /** The node that has the lease renews it this often. */
  readonly renewEveryMs: number;
  /** A node stops by itself this long after it began its last successful renewal. */
  readonly validForMs: number;
  /** Another node takes the lease this long after it has seen the last renewal. */
  readonly takenOverAfterMs: number;
}

/**
 * A dead node is replaced within takenOverAfterMs, two looks and an append of at most 3 seconds: 25 s of the 30 s
 * promised. The server gets up to 31 reads and 31 appends a second from each node, whatever the number of targets.
 */
export const leaseTimes: LeaseTimes = {
  lookEveryMs: 1_000,
  turnsPerLook: 30,
  renewEveryMs: 5_000,
  validForMs: 10_000,
  takenOverAfterMs: 20_000,
};

/** Bytes of progress saved in a second, on average, for a target with a turn at each look: a long list of pending callbacks is saved less often. */
const savedBytesPerSecond = 8_192;

/** Milliseconds until the progress is saved again after this many bytes, if a target has its turn at each `looksPerTurn`th look. */
export function saveAgainAfterMs(bytes: number, looksPerTurn: number): number {
  return (bytes / savedBytesPerSecond) * 1_000 * looksPerTurn;
}
