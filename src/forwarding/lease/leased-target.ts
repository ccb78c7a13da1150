import type { DeliveryTarget, FailedForward, ForwardTargetStatus } from '../target.ts';
import { StoreOverloaded, StoreUnavailable } from '../../log/event-store.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/logger.ts';
import { createSerial } from '../../kernel/semaphore.ts';
import { Forwarder, type ForwardingChange } from '../forwarder.ts';
import type { SendingParts, SentTarget } from '../forwarding.ts';
import { appendsMax, LeaseStream, saveAgainAfterMs, type LeaseEvent } from './lease-stream.ts';
import {
  afterChange,
  newProgress,
  openLeasedState,
  standbyStatus,
  type LeasedProgress,
  type LeasedState,
} from './leased-progress.ts';
import type { LookedAt, NodeLease } from './node-lease.ts';

export interface LeasedTargetParts extends SendingParts {
  /** Names its stream; by default, the name of the target. */
  readonly leaseName?: string;
  readonly node: NodeLease;
}

/** What this node does while it has the lease. */
interface Holding {
  readonly state: LeasedState;
  readonly forwarder: Forwarder;
  readonly saved: {
    /** The progress is not saved again before then. */
    againAtMs: number;
    /** The version of `state` that was saved last. */
    version: number;
  };
  readonly isOurs: () => boolean;
}

/** Milliseconds that closing waits to release the lease: EventStoreDB may not answer, and the process has 10 seconds to stop. */
const closeMsMax = 4_000;

/**
 * One target on one of several nodes. It takes the lease when nobody has it, forwards while it has it and the node's
 * lease is valid, and otherwise watches. The stream alone decides who has the lease: a node that lost it cannot append.
 */
export class LeasedTarget implements LookedAt, SentTarget {
  readonly leaseName: string;
  private readonly stream: LeaseStream;
  private readonly alone = createSerial();
  private holding: Holding | null = null;
  /** What it had when it stopped: it goes on from there, not from the last save, unless another node or an operator came in between. */
  private left: Holding | null = null;
  /** Resolves once the previous forwarder has ended. */
  private stopped: Promise<void> = Promise.resolve();
  private isLooking = false;
  private isClosed = false;
  /** Closing no longer waits for the store: nothing begins any more. */
  private isAbandoned = false;
  private isAway = false;

  constructor(
    private readonly target: DeliveryTarget,
    private readonly parts: LeasedTargetParts,
  ) {
    this.leaseName = parts.leaseName ?? target.name;
    this.stream = new LeaseStream(this.leaseName, parts.node.parts.store);
    parts.node.add(this);
  }

  /** Whether this node may send to the target now. */
  get maySend(): boolean {
    return !this.isClosed && this.holding?.isOurs() === true;
  }

  /** Whether any node has begun with the target: events recorded from then on are sent to it. */
  get hasBegun(): boolean {
    return this.stream.progress !== null;
  }

  /** Null while nothing is known of the target, or this node has no copy of the log. */
  async status(): Promise<ForwardTargetStatus | null> {
    if (this.holding !== null) return this.holding.forwarder.status();
    const { progress } = this.stream;
    const log = this.parts.node.parts.log();
    return progress === null || log === null
      ? null
      : standbyStatus(this.target.name, progress, { log, clock: this.parts.time.clock });
  }

  setAside(): readonly FailedForward[] {
    return this.holding?.forwarder.setAside() ?? this.stream.progress?.setAside ?? [];
  }

  /** Resolves once the change is durable; the node that forwards makes it at its next look. @throws LedgerError */
  async change(change: ForwardingChange): Promise<void> {
    await this.alone(async () => {
      try {
        await this.readNew();
        if (this.stream.progress === null) throw new StoreUnavailable('No node has begun with this target yet.');
        if (!(await this.append('changed', change))) throw new StoreUnavailable('Other nodes kept changing it.');
      } catch (error) {
        if (!(error instanceof StoreUnavailable || error instanceof StoreOverloaded)) throw error;
        throw new LedgerError(
          'STORE_UNAVAILABLE',
          'EventStoreDB has not confirmed the change. See whether it was made, and make it again if it was not.',
          {},
          { cause: error },
        );
      }
    });
    void this.parts.node.announce(this.leaseName);
  }

  /** Releases the lease, unless the store keeps it waiting: then another node takes the lease once it has run out. */
  async close(): Promise<void> {
    this.isClosed = true;
    // Closed before the wait for the store, so that no delivery begins meanwhile.
    const ended = this.holding?.forwarder.close();
    let cancelWait: () => void = () => undefined;
    const waited = new Promise<void>((resolve) => {
      cancelWait = this.parts.time.after(closeMsMax, resolve);
    });
    await Promise.race([this.alone(() => this.release()), waited]);
    cancelWait();
    this.isAbandoned = true;
    this.parts.node.remove(this);
    await ended;
  }

  private async release(): Promise<void> {
    if (this.isAbandoned) return;
    await (this.holding === null ? this.stopped : this.holding.forwarder.close());
    // Without the release, another node waits until this one no longer renews its lease.
    if (await this.append('released', null).catch(() => false)) await this.parts.node.announce(this.leaseName);
  }

  /** Whether its node looks at it before its turn. */
  get isUrgent(): boolean {
    const { node } = this.parts;
    return this.holding === null ? this.isFree() && node.mayTake : node.isUncopied;
  }

  async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await this.alone(() => this.doWhatIsDue());
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) {
        const found = { target: this.target.name, ...describeFault(error) };
        this.parts.logger.warn(found, 'the lease of a target cannot be read or renewed');
      }
      this.isAway = true;
    } finally {
      this.isLooking = false;
    }
  }

  runOut(): void {
    this.stop('RUN_OUT');
  }

  private async doWhatIsDue(): Promise<void> {
    if (this.isClosed) return;
    const events = await this.readNew();
    const { holding, parts, stream } = this;
    if (holding !== null) {
      if (parts.node.isUncopied) await this.handOver();
      else if (this.isToSave(holding)) {
        await this.append('renewed', null);
        await stream.truncate();
      }
      return;
    }
    // The node that has just taken it may have renewed its own lease since that was read.
    if (!this.isFree() || events.some(({ kind }) => kind === 'taken')) return;
    // This node renews its own lease, and so would keep the target from the others.
    if (!(await this.take())) await this.release();
  }

  private async readNew(): Promise<readonly LeaseEvent[]> {
    const { node } = this.parts;
    const events = await this.stream.readNew();
    const { holder } = this.stream;
    if (holder !== node.parts.nodeId) {
      this.stop('TAKEN_AWAY');
      this.left = null;
    }
    for (const { change } of events) if (change !== null) this.apply(change);
    return events;
  }

  private isFree(): boolean {
    const { node } = this.parts;
    const { holder } = this.stream;
    return holder === null || holder === node.parts.nodeId || node.isQuiet(holder);
  }

  private async handOver(): Promise<void> {
    await this.release();
    this.stop('UNCOPIED');
  }

  /** False if this node has no lease of the target, or may not use it. */
  private async take(): Promise<boolean> {
    const { target, parts, stream } = this;
    const { node, time, logger, savesEach = false } = parts;
    const { nodeId: holder, store } = node.parts;
    const log = node.parts.log();
    if (log === null || !node.mayTake) return false;
    const { term } = node;
    const isOurs = () => node.term === term && node.isValid;
    await this.stopped;
    const before = progressOf(this.left) ?? stream.progress ?? newProgress(await store.endPosition());
    const newest = before.pending.at(-1);
    // The copy of the log is behind: it could not send what is pending.
    if (newest !== undefined && newest > (await log.endPosition())) return false;
    const state = await openLeasedState(before, log, savesEach ? () => void this.saveOwed() : undefined);
    const wasTaken = stream.holder !== null;
    if (!(await stream.append({ kind: 'taken', holder, progress: before, change: null }))) return false;
    if (this.isAbandoned || !isOurs()) return false;
    this.left = null;
    const saved = { againAtMs: time.steady(), version: state.version };
    const isSaved = () => !savesEach || state.owedVersion <= saved.version;
    const mayBegin = () => !this.isClosed && isOurs() && isSaved();
    const forwarder = new Forwarder(target, { ...parts, log, state, isOurs: mayBegin });
    this.holding = { state, forwarder, saved, isOurs };
    logger.info({ target: target.name, wasTaken }, 'this node forwards to a target from now on');
    void node.announce(this.leaseName);
    return true;
  }

  /** Stops at once: deliveries without an answer count as not sent. */
  private stop(why: keyof typeof stoppedBecause): void {
    const { holding } = this;
    if (holding === null) return;
    this.holding = null;
    this.left = holding;
    this.parts.logger.warn({ target: this.target.name }, stoppedBecause[why]);
    this.stopped = holding.forwarder.close(0);
  }

  /** Saves the last delivery without waiting for the next look: until then nothing else is sent. */
  private async saveOwed(): Promise<void> {
    await this.alone(async () => {
      if (this.holding !== null && !this.isClosed && this.isToSave(this.holding)) await this.append('renewed', null);
      // The next look tries again, and reports why it fails.
    }).catch(() => undefined);
  }

  private isToSave({ state, saved }: Holding): boolean {
    if (this.parts.savesEach === true && state.owedVersion > saved.version) return true;
    return state.version !== saved.version && this.parts.time.steady() >= saved.againAtMs;
  }

  /** Appends after what other nodes appended first. False if it could not, or if this node has lost the lease. */
  private async append(kind: 'renewed' | 'released' | 'changed', change: ForwardingChange | null): Promise<boolean> {
    const { nodeId } = this.parts.node.parts;
    for (let attempt = 0; attempt < appendsMax; attempt += 1) {
      const { holding, stream } = this;
      if (kind === 'renewed' ? holding === null : kind === 'released' && stream.holder !== nodeId) return false;
      const { version } = holding?.state ?? { version: 0 };
      const progress = this.progressToSave(change);
      const holder = kind === 'changed' ? '' : nodeId;
      if (await stream.append({ kind, holder, progress, change })) {
        if (change !== null) this.apply(change);
        else if (holding !== null) this.saved(holding, version);
        return true;
      }
      await this.readNew();
    }
    return false;
  }

  private progressToSave(change: ForwardingChange | null): LeasedProgress | null {
    const { holding, stream } = this;
    if (change !== null) {
      // The node that forwards changes its own state; until it does, this is what is known.
      return stream.needsProgress && stream.progress !== null ? afterChange(stream.progress, change) : null;
    }
    return progressOf(holding ?? this.left);
  }

  private saved(holding: Holding, version: number): void {
    const { node, time } = this.parts;
    holding.saved.version = version;
    holding.saved.againAtMs = time.steady() + saveAgainAfterMs(this.stream.progressBytes, node.looksPerTurn);
    holding.forwarder.goOn();
  }

  private apply(change: ForwardingChange): void {
    this.left = null;
    // Its state is in memory, and changes at once.
    this.holding?.forwarder.change(change);
  }
}

/** Final once its forwarder has ended. */
function progressOf(holding: Holding | null): LeasedProgress | null {
  return holding && { ...holding.state.progress(), isFailing: holding.forwarder.isFailing };
}

const stoppedBecause = {
  RUN_OUT: 'the lease of a target has run out: this node has stopped forwarding to it',
  TAKEN_AWAY: 'another node forwards to a target from now on',
  UNCOPIED: 'this node gets no events from EventStoreDB, and has handed a target over',
} as const;
