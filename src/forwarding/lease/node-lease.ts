import type { EventReader } from '../../log/event-store.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { createSerial } from '../../kernel/semaphore.ts';
import type { ForwarderParts } from '../forwarder.ts';
import type { Time } from '../send.ts';
import { appendsMax, LeaseStream, nodesLease, type LeaseStore, type LeaseTimes } from './lease-stream.ts';

/** A node's copy of the log. */
type LeasedLog = ForwarderParts['log'] & Pick<EventReader, 'endPosition'>;

export interface NodeLeaseParts {
  /** Of this process: random. */
  readonly nodeId: string;
  /** `endPosition`: of the newest event of the store, of any program. A new target begins after it. @throws StoreUnavailable */
  readonly store: LeaseStore & Pick<EventReader, 'endPosition'>;
  /** This node's copy of the log; null while it is missing or incomplete. */
  readonly log: () => LeasedLog | null;
  /** Whether that copy gets what is appended to the log. */
  readonly isCopied: () => boolean;
  readonly times: LeaseTimes;
  readonly time: Time;
  readonly logger: Logger;
}

/** Why a node no longer sends to a target. */
export type StopReason = 'RUN_OUT' | 'TAKEN_AWAY' | 'UNCOPIED';

/** A target, as its node looks at it. */
export interface LookedAt {
  readonly leaseName: string;
  /** Whether this node sends to it. */
  readonly isActive: boolean;
  /** Reads the new events, and does what is due. Never throws. */
  look(): Promise<void>;
  /** Nothing more may be sent. */
  stop(why: StopReason): void;
  /** Saves how far it is, for the next node. Never throws. `why`: null if this node is stopped. */
  release(why: StopReason | null): Promise<void>;
}

/** Milliseconds that closing waits to release the lease: EventStoreDB may not answer, and the process has 10 seconds to stop. */
const closeMsMax = 4_000;

/**
 * The lease of all that must run on one node at a time: its stream says which node that is. A node takes and renews it
 * with the expected revision, so one that lost it cannot renew it.
 */
export class NodeLease {
  private readonly stream: LeaseStream;
  private readonly alone = createSerial();
  private readonly targets = new Map<string, LookedAt>();
  private nextTurn = 0;
  /** When the last renewal that succeeded began, by the steady clock. */
  private renewedAtMs = -Infinity;
  /** When another node has renewed, or when reading began to succeed. Null if the last reading failed: then silence means nothing. */
  private heardAtMs: number | null = null;
  /** Leases to whose streams others have appended what cannot wait for their turn. */
  private readonly noticed = new Set<string>();
  private unreadySinceMs: number | null = null;
  private isAway = false;
  private closed: Promise<void> | null = null;
  private cancelLook: () => void = () => undefined;
  private cancelExpiry: () => void = () => undefined;

  constructor(readonly parts: NodeLeaseParts) {
    this.stream = new LeaseStream(nodesLease, parts.store);
  }

  /** Looks at the target from now on. */
  add(target: LookedAt): void {
    this.targets.set(target.leaseName, target);
    if (this.targets.size === 1) void this.look();
  }

  /** Whether no other node has the lease. */
  get isValid(): boolean {
    const { time, times } = this.parts;
    return this.closed === null && this.hasLease && time.steady() - this.renewedAtMs < times.validForMs;
  }

  /** Whether this node has the lease and could send what a target waits for. */
  get mayBegin(): boolean {
    return this.isValid && this.isReady;
  }

  /** Looks between two turns of a target: 1, or more if there are many targets. */
  get looksPerTurn(): number {
    return Math.max(1, this.targets.size / this.parts.times.turnsPerLook);
  }

  /** Makes all nodes look at a target at once. Resolves once that is appended, or cannot be: then they look at its turn. */
  async announce(leaseName: string): Promise<void> {
    const event = { kind: 'changed', holder: '', progress: null, change: null, appendedTo: [leaseName] } as const;
    await this.alone(async () => {
      for (let attempt = 0; attempt < appendsMax; attempt += 1) {
        if (await this.stream.append(event)) return;
        await this.readNew();
      }
    }).catch(() => undefined);
  }

  /**
   * Ends everything that runs under the lease, and releases it, unless the store keeps it waiting: then another node takes
   * the lease once it has run out.
   */
  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private get hasLease(): boolean {
    return this.stream.holder === this.parts.nodeId;
  }

  private get isReady(): boolean {
    return this.parts.isCopied() && this.parts.log() !== null;
  }

  /** Reads, does what is due, looks at targets, and schedules the next look. Never throws. */
  private async look(): Promise<void> {
    const { time, times, logger } = this.parts;
    try {
      await this.alone(() => this.doWhatIsDue());
      this.isAway = false;
      // None waits for another: a target that the store keeps waiting must not end the lease.
      for (const target of this.due()) void target.look();
    } catch (error) {
      this.heardAtMs = null;
      const isNews = !this.isAway && this.closed === null;
      if (isNews) logger.warn(describeFault(error), 'the lease of this node cannot be read or renewed');
      this.isAway = true;
    }
    if (this.closed === null) this.cancelLook = time.after(times.lookEveryMs, () => void this.look());
  }

  private async doWhatIsDue(): Promise<void> {
    const { time, times } = this.parts;
    const begunAtMs = time.steady();
    await this.readNew();
    if (this.closed !== null) return;
    this.heardAtMs ??= begunAtMs;
    const isQuiet = begunAtMs - this.heardAtMs >= times.takenOverAfterMs;
    this.unreadySinceMs = this.isReady ? null : (this.unreadySinceMs ?? begunAtMs);
    if (!this.hasLease) {
      if (this.isReady && (isQuiet || this.stream.holder === null)) await this.append('taken');
    } else if (this.unreadySinceMs !== null && begunAtMs - this.unreadySinceMs >= times.takenOverAfterMs) {
      // It could go on renewing, but sees nothing to send: another node may.
      await this.releaseTargets('UNCOPIED');
      await this.release();
    } else if (begunAtMs - this.renewedAtMs >= times.renewEveryMs) await this.append('renewed');
  }

  private due(): ReadonlySet<LookedAt> {
    const [targets, { noticed, mayBegin }] = [[...this.targets.values()], this];
    const due = new Set(targets.filter((one) => noticed.has(one.leaseName) || (mayBegin && !one.isActive)));
    noticed.clear();
    const turns = Math.min(this.parts.times.turnsPerLook, targets.length);
    for (let turn = 0; turn < turns; turn += 1) {
      const target = targets[this.nextTurn % targets.length];
      if (target !== undefined) due.add(target);
      this.nextTurn += 1;
    }
    return due;
  }

  private async readNew(): Promise<void> {
    for (const { kind, holder, appendedTo = [] } of await this.stream.readNew()) {
      const isAlive = kind === 'taken' || kind === 'renewed';
      if (isAlive && holder !== this.parts.nodeId) this.heardAtMs = this.parts.time.steady();
      for (const leaseName of appendedTo) this.noticed.add(leaseName);
    }
    if (!this.hasLease) this.stopAll('TAKEN_AWAY');
  }

  /** If another event came first, the next look reads it and decides again. */
  private async append(kind: 'taken' | 'renewed'): Promise<void> {
    const { nodeId: holder, time, times } = this.parts;
    const begunAtMs = time.steady();
    if (!(await this.stream.append({ kind, holder, progress: null, change: null }))) return;
    this.renewedAtMs = begunAtMs;
    this.cancelExpiry();
    this.cancelExpiry = time.after(begunAtMs + times.validForMs - time.steady(), () => this.stopAll('RUN_OUT'));
    await this.stream.truncate(this.stream.revision ?? 0n);
  }

  private stopAll(why: StopReason): void {
    for (const target of this.targets.values()) target.stop(why);
  }

  /** Without the release, another node waits until this one no longer renews. */
  private async release(): Promise<void> {
    const { nodeId: holder } = this.parts;
    if (this.hasLease) await this.stream.append({ kind: 'released', holder, progress: null, change: null });
  }

  private releaseTargets(why: StopReason | null): Promise<unknown> {
    return Promise.all([...this.targets.values()].map((one) => one.release(why)));
  }

  private async end(): Promise<void> {
    this.cancelLook();
    let cancelWait: () => void = () => undefined;
    const waited = new Promise<void>((resolve) => {
      cancelWait = this.parts.time.after(closeMsMax, resolve);
    });
    const released = this.releaseTargets(null).then(() =>
      this.alone(async () => {
        await this.readNew();
        await this.release();
      }),
    );
    await Promise.race([released.catch(() => undefined), waited]);
    cancelWait();
    this.cancelExpiry();
  }
}
