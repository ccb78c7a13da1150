import { StoreUnavailable, type EventReader } from '../../log/event-store.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { createSerial } from '../../kernel/semaphore.ts';
import type { ForwarderParts } from '../forwarder.ts';
import type { Time } from '../send.ts';
import { appendsMax, LeaseStream, renewalsLease, type LeaseStore, type LeaseTimes } from './lease-stream.ts';

/** A node's copy of the log. */
export type LeasedLog = ForwarderParts['log'] & Pick<EventReader, 'endPosition'>;

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

/** A target, as its node looks at it. */
export interface LookedAt {
  readonly leaseName: string;
  /** Whether it must be looked at before its turn. */
  readonly isUrgent: boolean;
  /** Reads the new events, and does what is due. Never throws. */
  look(): Promise<void>;
  /** The node's lease has run out: nothing more may be sent. */
  runOut(): void;
}

/** Renewals that are kept for nodes that start. */
const renewalsKept = 100n;

/** Nodes whose last renewal is known, dead ones included. Beyond that, the one heard of longest ago is forgotten. */
const nodesMax = 1_000;

/**
 * Shows that a node lives, for all targets that it has: it renews one lease, whatever their number, and sees which
 * other nodes renew theirs. The stream of a target says which node has it, and is read in turn; a renewal announces
 * what cannot wait.
 */
export class NodeLease {
  /** Grows when the lease has run out: the node no longer has what it took before. */
  term = 0;
  private readonly stream: LeaseStream;
  private readonly alone = createSerial();
  private readonly targets = new Set<LookedAt>();
  private nextTurn = 0;
  /** When the last renewal that succeeded began, by the steady clock. */
  private renewedAtMs = -Infinity;
  /** When the last reading that succeeded began. */
  private readAtMs = -Infinity;
  /** Since when each reading succeeds. Null if the last one failed: then silence means nothing. */
  private hearingSinceMs: number | null = null;
  /** When each other node renewed last. */
  private readonly heardAtMs = new Map<string, number>();
  /** Leases to whose streams others have appended urgent events, and those whose urgent events are still to be announced. */
  private readonly noticed = new Set<string>();
  private readonly unannounced = new Set<string>();
  private uncopiedSinceMs: number | null = null;
  private isAway = false;
  private cancelLook: () => void = () => undefined;
  private cancelExpiry: () => void = () => undefined;

  constructor(readonly parts: NodeLeaseParts) {
    this.stream = new LeaseStream(renewalsLease, parts.store);
  }

  /** Looks at the target from now on. */
  add(target: LookedAt): void {
    this.targets.add(target);
    if (this.targets.size === 1) void this.look();
  }

  /** After the last one the node renews nothing more. */
  remove(target: LookedAt): void {
    this.targets.delete(target);
    if (this.targets.size > 0) return;
    this.cancelLook();
    this.cancelExpiry();
  }

  /** Whether no other node takes what this one has. */
  get isValid(): boolean {
    const { time, times } = this.parts;
    return time.steady() - this.renewedAtMs < times.validForMs;
  }

  /** Whether it could send what a target waits for. */
  get mayTake(): boolean {
    return this.isValid && this.parts.isCopied() && this.parts.log() !== null;
  }

  /** Whether it can renew its lease but sees nothing to send: another node may. */
  get isUncopied(): boolean {
    const { time, times } = this.parts;
    return this.uncopiedSinceMs !== null && time.steady() - this.uncopiedSinceMs >= times.takenOverAfterMs;
  }

  /** Looks between two turns of a target: 1, or more if there are many targets. */
  get looksPerTurn(): number {
    return Math.max(1, this.targets.size / this.parts.times.turnsPerLook);
  }

  /**
   * Whether a node has renewed nothing for as long as others must wait before they may have its targets. Only what was
   * read counts: between two readings no node becomes quiet.
   */
  isQuiet(nodeId: string): boolean {
    const heardAtMs = this.heardAtMs.get(nodeId);
    if (heardAtMs === undefined) this.hear(nodeId);
    if (heardAtMs === undefined || this.hearingSinceMs === null) return false;
    return this.readAtMs - Math.max(heardAtMs, this.hearingSinceMs) >= this.parts.times.takenOverAfterMs;
  }

  /** Makes all nodes look at a target at once. Resolves once that is appended, or cannot be: then they look at its turn. */
  async announce(leaseName: string): Promise<void> {
    this.unannounced.add(leaseName);
    await this.alone(async () => {
      // One renewal announces all that wait for it.
      if (this.unannounced.has(leaseName)) await this.renew();
    }).catch(() => undefined);
  }

  /** Reads, renews, looks at the targets that are due, and schedules the next look. Never throws. */
  private async look(): Promise<void> {
    const { time, times, logger } = this.parts;
    try {
      await this.alone(async () => {
        await this.readNew();
        const isDue = time.steady() - this.renewedAtMs >= times.renewEveryMs;
        if (isDue || this.unannounced.size > 0) await this.renew();
      });
      this.isAway = false;
      this.uncopiedSinceMs = this.parts.isCopied() ? null : (this.uncopiedSinceMs ?? time.steady());
      // None waits for another: a target that the store keeps waiting must not end the leases of all.
      for (const target of this.due()) void target.look();
    } catch (error) {
      this.hearingSinceMs = null;
      const isNews = !this.isAway && this.targets.size > 0;
      if (isNews) logger.warn(describeFault(error), 'the lease of this node cannot be read or renewed');
      this.isAway = true;
    }
    if (this.targets.size > 0) this.cancelLook = time.after(times.lookEveryMs, () => void this.look());
  }

  private due(): ReadonlySet<LookedAt> {
    const [targets, { noticed }] = [[...this.targets], this];
    const due = new Set(targets.filter((one) => one.isUrgent || noticed.has(one.leaseName)));
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
    const begunAtMs = this.parts.time.steady();
    for (const { holder, appendedTo = [] } of await this.stream.readNew()) {
      if (holder === this.parts.nodeId) continue;
      this.hear(holder);
      for (const leaseName of appendedTo) this.noticed.add(leaseName);
    }
    this.readAtMs = begunAtMs;
    this.hearingSinceMs ??= begunAtMs;
  }

  private hear(nodeId: string): void {
    this.heardAtMs.delete(nodeId);
    this.heardAtMs.set(nodeId, this.parts.time.steady());
    const [oldest] = this.heardAtMs.keys();
    if (this.heardAtMs.size > nodesMax && oldest !== undefined) this.heardAtMs.delete(oldest);
  }

  /** @throws StoreUnavailable - it is tried again at the next look */
  private async renew(): Promise<void> {
    const { nodeId: holder, time } = this.parts;
    for (let attempt = 0; attempt < appendsMax; attempt += 1) {
      const [begunAtMs, appendedTo] = [time.steady(), [...this.unannounced]];
      this.unannounced.clear();
      let isAppended = false;
      try {
        isAppended = await this.stream.append({ kind: 'renewed', holder, progress: null, change: null, appendedTo });
      } finally {
        if (!isAppended) for (const leaseName of appendedTo) this.unannounced.add(leaseName);
      }
      if (isAppended) {
        this.renewed(begunAtMs);
        await this.stream.truncate((this.stream.revision ?? 0n) - renewalsKept);
        return;
      }
      await this.readNew();
    }
    throw new StoreUnavailable('Other nodes kept renewing their leases.');
  }

  private renewed(begunAtMs: number): void {
    const { time, times } = this.parts;
    // The renewal took too long: another node may have begun to wait for its end before.
    if (!this.isValid) this.runOut();
    this.renewedAtMs = begunAtMs;
    this.cancelExpiry();
    this.cancelExpiry = time.after(begunAtMs + times.validForMs - time.steady(), () => this.runOut());
  }

  private runOut(): void {
    this.term += 1;
    for (const target of this.targets) target.runOut();
  }
}
