import { randomUUID } from 'node:crypto';
import { readTruncation, writeTruncation, type Truncation } from '../quarantine-events.ts';
import {
  quarantineDecisionsStream,
  quarantineReasonOf,
  quarantineReasons,
  truncatedType,
  type QuarantineReason,
  forEachReason,
} from '../quarantine.ts';
import type { EventReader, EventStore } from '../../log/event-store.ts';
import {
  createAgeJudge,
  findTooOld,
  readInLogOrder,
  readQuarantined,
  withNext,
  type StreamBeginning,
} from './quarantined-events.ts';
import type { EventSum, QuarantineShare, QuarantineBounds } from './share.ts';
import type { Clock } from '../../kernel/clock.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';

export type QuarantineLog = Pick<EventStore, 'append' | 'readStream' | 'truncateStream'>;

/** Callbacks of one reason removed for their age. */
export interface Removal {
  readonly reason: QuarantineReason;
  readonly events: number;
}

export type QuarantineShares = Readonly<Record<QuarantineReason, QuarantineShare>>;

/**
 * Removes what is too old at `nowMs` from these streams, and decisions when they are twice as old. Reports what it removed
 * for each reason.
 * @throws StoreUnavailable - may be retried
 */
export async function removeOld(
  { store, shares }: { readonly store: QuarantineLog; readonly shares: QuarantineShares },
  streamNames: readonly string[],
  { nowMs, ageMaxMs }: { readonly nowMs: number; readonly ageMaxMs: number },
): Promise<readonly Removal[]> {
  const { beginnings, firstKept } = await findTooOld(readInLogOrder(store, streamNames), nowMs, ageMaxMs);
  for (const beginning of beginnings) await removeBeginning(store, shares, beginning);
  await truncateDecisions(store, { nowMs, ageMaxMs: 2 * ageMaxMs, firstKept });
  return quarantineReasons
    .map((reason) => {
      const ofReason = beginnings.filter(({ streamName }) => quarantineReasonOf(streamName) === reason);
      return { reason, events: ofReason.reduce((sum, { events }) => sum + events, 0) };
    })
    .filter(({ events }) => events > 0);
}

/**
 * Removes the oldest events of one sender until that has freed `bytes`, and returns what it removed. If the stream has
 * nothing, what was counted is gone: another node removed it, or it waits in a spool.
 * @throws StoreUnavailable - may be retried
 */
async function removeOldest(
  store: QuarantineLog,
  shares: QuarantineShares,
  { streamName, bytes }: { readonly streamName: string; readonly bytes: number },
): Promise<EventSum | null> {
  let beginning: StreamBeginning | undefined;
  for await (const event of readQuarantined(store, streamName)) {
    beginning = withNext(beginning, event);
    if (beginning.bytes >= bytes) break;
  }
  if (beginning === undefined) return null;
  await removeBeginning(store, shares, beginning);
  return beginning;
}

async function removeBeginning(
  store: QuarantineLog,
  shares: QuarantineShares,
  beginning: StreamBeginning,
): Promise<void> {
  const { streamName: stream, last } = beginning;
  const reason = quarantineReasonOf(stream);
  if (reason === null) return;
  // Recorded first: readers of the log drop the rows it names, whether or not this process lives to truncate.
  await recordTruncation(store, { reason, beforePosition: last.position + 1n, stream });
  await store.truncateStream(stream, last.revision + 1n);
  shares[reason].remove(stream, beginning);
}

async function recordTruncation(store: QuarantineLog, truncation: Truncation): Promise<void> {
  const data = writeTruncation(truncation);
  const event = { eventId: randomUUID(), type: truncatedType, data, metadata: Buffer.from('{}') };
  await store.append(quarantineDecisionsStream, [event], 'any');
}

interface DecisionAge {
  readonly nowMs: number;
  readonly ageMaxMs: number;
  /** The oldest callback that is left. */
  readonly firstKept: bigint | null;
}

/** Decisions outlive their callbacks, or a rebuild would not know them. Twice the age, for readers that lag. */
async function truncateDecisions(store: QuarantineLog, { nowMs, ageMaxMs, firstKept }: DecisionAge): Promise<void> {
  const judge = createAgeJudge(nowMs, ageMaxMs);
  let beforeRevision: bigint | null = null;
  for await (const { recordedAtMs, position, revision } of store.readStream(quarantineDecisionsStream)) {
    const age = judge([recordedAtMs]);
    if (age === 'YOUNG' || (firstKept !== null && firstKept < position)) break;
    if (age === 'TOO_OLD') beforeRevision = revision + 1n;
  }
  if (beforeRevision === null) return;
  // However old both are, a reader that joins late may be between a callback and its removal.
  for (const truncation of await truncationsLost(store, beforeRevision)) await recordTruncation(store, truncation);
  await store.truncateStream(quarantineDecisionsStream, beforeRevision);
}

/**
 * For each reason the furthest truncation that no event from this revision on records: no reader could learn of it. Nothing
 * is left that is older than a decision to remove, so one record for all senders says the same as theirs.
 */
async function truncationsLost(
  store: Pick<EventReader, 'readStream'>,
  beforeRevision: bigint,
): Promise<readonly Truncation[]> {
  const lost = new Map<QuarantineReason, bigint>();
  for await (const { type, data, revision } of store.readStream(quarantineDecisionsStream)) {
    const isLost = revision < beforeRevision;
    if (!isLost && lost.size === 0) break;
    const truncation = type === truncatedType ? readTruncation(data) : null;
    if (truncation === null) continue;
    const { reason, beforePosition, stream } = truncation;
    const known = lost.get(reason) ?? -1n;
    if (isLost && beforePosition > known) lost.set(reason, beforePosition);
    if (!isLost && stream === undefined && beforePosition >= known) lost.delete(reason);
  }
  return [...lost].map(([reason, beforePosition]) => ({ reason, beforePosition }));
}

/** One of this many parts of the room is freed at a time: each removal is recorded for ever, and must stay rare in a flood. */
const batchesOfRoom = 64;

/** Milliseconds between two log lines about the same reason: a flood displaces all the time. */
const logEveryMs = 60_000;

interface DisplacementOptions {
  readonly store: QuarantineLog;
  readonly shares: QuarantineShares;
  readonly bounds: Pick<QuarantineBounds, 'bytesMax' | 'slackBytes'>;
  readonly elapsedMs: Clock;
  readonly logger: Logger;
}

/** Makes room: whoever has most loses the oldest. Removals run one after the other, beside the taking of callbacks. */
export class Displacement {
  private readonly totals = forEachReason(() => 0);
  private readonly isQueued = forEachReason(() => false);
  private readonly loggedAtMs = forEachReason(() => -Infinity);
  /** Bytes that each reason may have while the disk is nearly full; null while it is not. */
  private frozen: Readonly<Record<QuarantineReason, number>> | null = null;
  private running: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: DisplacementOptions) {}

  /** Bytes that a reason may have now. */
  bytesMax(reason: QuarantineReason): number {
    const { bytesMax } = this.options.bounds;
    return Math.min(bytesMax[reason], this.frozen?.[reason] ?? Infinity);
  }

  /** While the disk is nearly full, the quarantine keeps what it has then, or as much as the slack if that is more. */
  noteDisk(isNearlyFull: boolean): void {
    const { shares, bounds } = this.options;
    if (!isNearlyFull) this.frozen = null;
    else this.frozen ??= forEachReason((reason) => Math.max(shares[reason].usage().bytes, bounds.slackBytes));
  }

  /** Whether what runs should end. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Events removed to make room. */
  total(reason: QuarantineReason): number {
    return this.totals[reason];
  }

  /** Removes what is too much, soon. */
  check(reason: QuarantineReason): void {
    if (this.isQueued[reason] || !this.isOver(reason)) return;
    this.isQueued[reason] = true;
    this.enqueue(() => {
      this.isQueued[reason] = false;
      return this.makeRoom(reason);
    }).catch((error: unknown) => {
      // Nothing is lost: the next callback checks again.
      this.options.logger.error(describeFault(error), 'making room in quarantine failed; it is tried again');
    });
  }

  /** Runs after what was enqueued before, so that no two remove from one stream, or count and remove, at once. */
  enqueue<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.running.then(run);
    this.running = result.catch(() => undefined);
    return result;
  }

  /** Resolves once nothing is enqueued. */
  async idle(): Promise<void> {
    for (let last = null; last !== this.running;) {
      last = this.running;
      await last;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.idle();
  }

  private isOver(reason: QuarantineReason): boolean {
    return this.options.shares[reason].usage().bytes > this.bytesMax(reason);
  }

  private async makeRoom(reason: QuarantineReason): Promise<void> {
    const { store, shares } = this.options;
    const share = shares[reason];
    while (this.isOver(reason) && !this.closed) {
      const most = share.most();
      if (most === null) return;
      const bytesMax = this.bytesMax(reason);
      const wanted = Math.max(share.usage().bytes - bytesMax, bytesMax / batchesOfRoom);
      // Never more than it has beyond an equal part, or the batch of one would be at the cost of another's turn.
      const bytes = Math.min(wanted, most.bytes - share.equalPart(bytesMax));
      const removed = await removeOldest(store, shares, { streamName: most.streamName, bytes });
      if (removed === null) share.remove(most.streamName, most);
      else this.note(reason, removed.events);
    }
  }

  private note(reason: QuarantineReason, events: number): void {
    this.totals[reason] += events;
    const { logger, elapsedMs } = this.options;
    const nowMs = elapsedMs();
    if (nowMs - this.loggedAtMs[reason] < logEveryMs) return;
    this.loggedAtMs[reason] = nowMs;
    const displacedSinceStart = this.totals[reason];
    logger.warn(
      { kind: reason, displacedSinceStart },
      'the quarantine is full: the oldest of whoever has most are removed',
    );
  }
}
