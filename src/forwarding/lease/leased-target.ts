import type { DeliveryTarget, FailedForward, ForwardTargetStatus } from '../target.ts';
import { StoreOverloaded, StoreUnavailable } from '../../log/event-store.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/logger.ts';
import { createSerial } from '../../kernel/semaphore.ts';
import { Forwarder, type ForwardingChange } from '../forwarder.ts';
import type { SendingParts, SentTarget } from '../forwarding.ts';
import { appendsMax, LeaseStream, saveAgainAfterMs, type LeaseEvent } from './lease-stream.ts';
import {
  newProgress,
  openLeasedState,
  progressOf,
  savedTargetOf,
  standbyStatus,
  type LeasedState,
} from './leased-progress.ts';
import type { LookedAt, NodeLease, StopReason } from './node-lease.ts';

interface LeasedTargetParts extends SendingParts {
  /** Names its stream; by default, the name of the target. */
  readonly leaseName?: string;
  readonly node: NodeLease;
}

/** What this node does while it sends to the target. */
interface Holding {
  readonly state: LeasedState;
  readonly forwarder: Forwarder;
  readonly saved: {
    /** The progress is not saved again before then. */
    againAtMs: number;
    /** The version of `state` that was saved last. */
    version: number;
  };
}

/**
 * One target on one of several nodes: the node with the lease sends to it, the others watch. Its progress is a stream of
 * its own. A node begins with an event there, after which no node before it can append.
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
  private isAway = false;

  constructor(
    private readonly target: DeliveryTarget,
    private readonly parts: LeasedTargetParts,
  ) {
    this.leaseName = parts.leaseName ?? target.name;
    this.stream = new LeaseStream(this.leaseName, parts.node.parts.store);
    parts.node.add(this);
  }

  get isActive(): boolean {
    return this.holding !== null;
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
    try {
      await this.alone(() => this.appendChange(change));
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof StoreOverloaded)) throw error;
      throw new LedgerError(
        'STORE_UNAVAILABLE',
        'EventStoreDB has not confirmed the change. See whether it was made, and make it again if it was not.',
        {},
        { cause: error },
      );
    }
    void this.parts.node.announce(this.leaseName);
  }

  /** All that has the lease ends together. */
  close(): Promise<void> {
    return this.parts.node.close();
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

  /** Stops at once: deliveries without an answer count as not sent. */
  stop(why: StopReason): void {
    const { holding } = this;
    if (holding === null) return;
    this.holding = null;
    this.left = holding;
    this.parts.logger.warn({ target: this.target.name }, stoppedBecause[why]);
    this.stopped = holding.forwarder.close(0);
  }

  async release(why: StopReason | null): Promise<void> {
    // Closed before the wait for the store, so that no delivery begins meanwhile.
    const ended = this.holding?.forwarder.close() ?? this.stopped;
    await this.alone(async () => {
      await ended;
      await this.readNew();
      if (this.stream.holder === this.parts.node.parts.nodeId) await this.save('released');
    }).catch(() => undefined);
    await ended;
    if (why !== null) this.stop(why);
  }

  private async appendChange(change: ForwardingChange): Promise<void> {
    for (let attempt = 0; attempt < appendsMax; attempt += 1) {
      await this.readNew();
      if (this.stream.progress === null) throw new StoreUnavailable('No node has begun with this target yet.');
      if (await this.stream.append({ kind: 'changed', holder: '', progress: null, change })) {
        this.apply(change);
        return;
      }
    }
    throw new StoreUnavailable('Other nodes kept changing it.');
  }

  private async doWhatIsDue(): Promise<void> {
    const { node } = this.parts;
    const events = await this.readNew();
    if (this.holding === null) {
      // A node that began just now may have the lease since this one last read who has it.
      const isTaken = events.some(({ kind, holder }) => kind === 'taken' && holder !== node.parts.nodeId);
      if (node.mayBegin && !isTaken) await this.begin();
    } else if (this.isToSave(this.holding)) {
      await this.save('renewed');
      await this.stream.truncate();
    }
  }

  private async readNew(): Promise<readonly LeaseEvent[]> {
    const events = await this.stream.readNew();
    if (this.stream.holder !== this.parts.node.parts.nodeId) {
      this.stop('TAKEN_AWAY');
      this.left = null;
    }
    for (const { change } of events) if (change !== null) this.apply(change);
    return events;
  }

  /** Sends from now on, unless something was appended first or the copy of the log is behind: then the next look tries again. */
  private async begin(): Promise<void> {
    const { target, parts, stream } = this;
    const { node, time, logger, savesEach = false } = parts;
    const { nodeId: holder, store } = node.parts;
    const log = node.parts.log();
    if (log === null) return;
    await this.stopped;
    const before =
      (this.left && progressOf(this.left.forwarder)) ?? stream.progress ?? newProgress(await store.endPosition());
    const newest = before.pending.at(-1);
    if (newest !== undefined && newest > (await log.endPosition())) return;
    const wasTaken = stream.holder !== null;
    const opened = await savedTargetOf(before, log);
    if (!(await stream.append({ kind: 'taken', holder, progress: before, change: null })) || !node.isValid) return;
    this.left = null;
    const saved = { againAtMs: time.steady(), version: 0 };
    const state = openLeasedState(opened, before.setAside, savesEach ? () => void this.saveOwed() : undefined);
    const isSaved = () => !savesEach || state.owedVersion <= saved.version;
    const forwarder = new Forwarder(target, { ...parts, log, state, isOurs: () => node.isValid && isSaved() });
    this.holding = { state, forwarder, saved };
    logger.info({ target: target.name, wasTaken }, 'this node forwards to a target from now on');
  }

  /** Saves the last delivery without waiting for the next look: until then nothing else is sent. */
  private async saveOwed(): Promise<void> {
    await this.alone(async () => {
      if (this.holding !== null && this.isToSave(this.holding)) await this.save('renewed');
      // The next look tries again, and reports why it fails.
    }).catch(() => undefined);
  }

  private isToSave({ state, saved }: Holding): boolean {
    if (this.parts.savesEach === true && state.owedVersion > saved.version) return true;
    return state.version !== saved.version && this.parts.time.steady() >= saved.againAtMs;
  }

  /** Appends how far it is. If another event came first, nothing is saved: the next look reads that one first. */
  private async save(kind: 'renewed' | 'released'): Promise<void> {
    const { holding, stream } = this;
    const { node, time } = this.parts;
    const last = holding ?? this.left;
    const { version } = last?.state ?? { version: 0 };
    const progress = last && progressOf(last.forwarder);
    if (!(await stream.append({ kind, holder: node.parts.nodeId, progress, change: null })) || holding === null) return;
    holding.saved.version = version;
    holding.saved.againAtMs = time.steady() + saveAgainAfterMs(stream.progressBytes, node.looksPerTurn);
    holding.forwarder.dispatch();
  }

  private apply(change: ForwardingChange): void {
    this.left = null;
    // Its state is in memory, and changes at once.
    this.holding?.forwarder.change(change);
  }
}

const stoppedBecause: Readonly<Record<StopReason, string>> = {
  RUN_OUT: 'the lease of a target has run out: this node has stopped forwarding to it',
  TAKEN_AWAY: 'another node forwards to a target from now on',
  UNCOPIED: 'this node gets no events from EventStoreDB, and has handed a target over',
};
