import type { FailedForward, ForwardTargetStatus } from '../../domain/forwarding/forwarding-control.ts';
import { failedListedMax } from '../../domain/forwarding/forwarding-control.ts';
import { StoreOverloaded, StoreUnavailable } from '../../event-store/errors.ts';
import type { EventReader } from '../../event-store/event-store.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/logger.ts';
import { createSemaphore } from '../../kernel/semaphore.ts';
import { Forwarder, type ForwarderParts } from '../forwarder.ts';
import type { DeliveryTarget } from '../target.ts';
import type { LeaseEventKind } from './lease-events.ts';
import { LeaseStream, type LeaseStore } from './lease-stream.ts';
import { saveAgainAfterMs, type LeaseTimes } from './lease-times.ts';
import { afterChange, newProgress, type ForwardingChange, type LeasedProgress } from './leased-progress.ts';
import { openLeasedState, type LeasedState } from './leased-state.ts';
import { standbyStatus } from './standby-status.ts';

/** A node's copy of the log. */
export type LeasedLog = ForwarderParts['log'] & Pick<EventReader, 'endPosition'>;

export interface LeasedTargetParts extends Pick<ForwarderParts, 'sender' | 'takes' | 'savesEach' | 'time' | 'logger'> {
  /** Names its stream; by default the name of the target. */
  readonly leaseName?: string;
  /** Of this process: random. */
  readonly nodeId: string;
  readonly store: LeaseStore;
  /** Position of the newest event of the store, of any program: a new target begins after it. @throws StoreUnavailable */
  readonly endPosition: () => Promise<bigint>;
  /** This node's copy of the log; null while it is not there, or not whole. */
  readonly log: () => LeasedLog | null;
  /** Whether that copy gets what is appended to the log. */
  readonly isCopied: () => boolean;
  readonly times: LeaseTimes;
}

/** What this node does while it has the lease. */
interface Holding {
  readonly state: LeasedState;
  readonly forwarder: Forwarder;
  readonly lease: {
    /** When it began the last renewal that succeeded. */
    renewedAtMs: number;
    /** Not before then is the progress saved again. */
    saveAtMs: number;
    /** Of `state`, as it was saved last. */
    savedVersion: number;
  };
  readonly isOurs: () => boolean;
  cancelExpiry: () => void;
}

/** Attempts to append while other nodes append as well. */
const appendsMax = 5;

/** Milliseconds that closing waits to hand the lease over: EventStoreDB may not answer, and the process has 10 seconds to stop. */
const closeMsMax = 4_000;

/**
 * One target on one of several nodes: takes the lease when nobody has it, forwards while it has it, and otherwise watches.
 * What it has is decided by the stream alone: whoever lost the lease cannot append to it.
 */
export class LeasedTarget {
  private readonly stream: LeaseStream;
  private readonly oneAtATime = createSemaphore(1, null);
  private holding: Holding | null = null;
  /** Since when no renewal of the holder was seen, by the steady clock; null while the server cannot be asked. */
  private quietSinceMs: number | null = null;
  /** Since when its copy of the log gets nothing, by the steady clock; null while it does. */
  private uncopiedSinceMs: number | null = null;
  private cancelLook: () => void = () => undefined;
  /** The forwarder before has ended. */
  private stopped: Promise<void> = Promise.resolve();
  private isClosed = false;
  /** It has closed without waiting for the store any longer: nothing begins any more. */
  private isAbandoned = false;
  private isAway = false;

  constructor(
    private readonly target: DeliveryTarget,
    private readonly parts: LeasedTargetParts,
  ) {
    this.stream = new LeaseStream(parts.leaseName ?? target.name, parts.store);
    void this.look();
  }

  /** Whether this node may send to the target now. */
  get maySend(): boolean {
    return !this.isClosed && this.holding?.isOurs() === true;
  }

  /** Whether any node has begun with the target: what is recorded from then on is sent to it. */
  get hasBegun(): boolean {
    return this.stream.progress !== null;
  }

  /** Null while nothing is known of it, or this node has no copy of the log. */
  async status(): Promise<ForwardTargetStatus | null> {
    if (this.holding !== null) return this.holding.forwarder.status();
    const { progress } = this.stream;
    const log = this.parts.log();
    return progress === null || log === null
      ? null
      : standbyStatus(this.target.name, progress, { log, clock: this.parts.time.clock });
  }

  setAside(): readonly FailedForward[] {
    return this.holding?.state.setAside(this.target.name, failedListedMax) ?? this.stream.progress?.setAside ?? [];
  }

  /** Resolves once the change is durable; the node that forwards makes it at its next look. @throws LedgerError */
  change(change: ForwardingChange): Promise<void> {
    return this.alone(async () => {
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
  }

  /** Hands the lease over, unless the store keeps it waiting: then another node takes it once it has run out. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelLook();
    // Before the store is waited for: no delivery begins meanwhile.
    const ended = this.holding?.forwarder.close();
    let cancelWait: () => void = () => undefined;
    const waited = new Promise<void>((resolve) => {
      cancelWait = this.parts.time.after(closeMsMax, resolve);
    });
    await Promise.race([this.alone(() => this.release()), waited]);
    cancelWait();
    this.isAbandoned = true;
    this.holding?.cancelExpiry();
    await ended;
  }

  private async release(): Promise<void> {
    const { holding } = this;
    if (this.isAbandoned) return;
    if (holding === null) return this.stopped;
    await holding.forwarder.close();
    // Without it, another node waits until the lease has run out.
    await this.append('released', null).catch(() => undefined);
  }

  private async alone(work: () => Promise<void>): Promise<void> {
    await this.oneAtATime.acquire();
    try {
      await work();
    } finally {
      this.oneAtATime.release();
    }
  }

  /** Looks at the stream, does what is due, and comes back. Never throws. */
  private async look(): Promise<void> {
    const { time, times, logger } = this.parts;
    try {
      await this.alone(async () => {
        if (this.isClosed) return;
        await this.readNew();
        if (this.holding !== null) await (this.isUncopied() ? this.handOver() : this.renew(this.holding));
        else if (this.isFree()) await this.take();
      });
      this.isAway = false;
    } catch (error) {
      // What happens meanwhile is not seen: that nothing was seen means nothing.
      this.quietSinceMs = null;
      if (!this.isAway) {
        logger.warn(
          { target: this.target.name, ...describeFault(error) },
          'the lease of a target cannot be read or renewed',
        );
      }
      this.isAway = true;
    }
    if (!this.isClosed) this.cancelLook = time.after(times.lookEveryMs, () => void this.look());
  }

  private async readNew(): Promise<void> {
    const events = await this.stream.readNew();
    const nowMs = this.parts.time.steady();
    const isHeard = events.some(({ kind }) => kind !== 'changed');
    if (isHeard || this.quietSinceMs === null) this.quietSinceMs = nowMs;
    if (this.holding === null) return;
    if (this.stream.holder !== this.parts.nodeId) {
      this.stop('TAKEN_AWAY');
      return;
    }
    for (const { change } of events) if (change !== null) this.apply(change);
  }

  private isFree(): boolean {
    const { times, time, nodeId } = this.parts;
    const { holder } = this.stream;
    if (holder === null || holder === nodeId) return true;
    return this.quietSinceMs !== null && time.steady() - this.quietSinceMs >= times.takenOverAfterMs;
  }

  /** It can renew the lease, but sees nothing that it would send: another node may. */
  private isUncopied(): boolean {
    const { isCopied, time, times } = this.parts;
    if (isCopied()) this.uncopiedSinceMs = null;
    else this.uncopiedSinceMs ??= time.steady();
    return this.uncopiedSinceMs !== null && time.steady() - this.uncopiedSinceMs >= times.takenOverAfterMs;
  }

  private async handOver(): Promise<void> {
    await this.release();
    this.stop('UNCOPIED');
  }

  private async take(): Promise<void> {
    const { target, parts, stream } = this;
    const { time, logger, nodeId, times } = parts;
    const log = parts.log();
    if (log === null || !parts.isCopied()) return;
    await this.stopped;
    const before = stream.progress ?? newProgress(await parts.endPosition());
    const newest = before.pending.at(-1);
    // Its copy of the log is behind: it could not send what is pending.
    if (newest !== undefined && newest > (await log.endPosition())) return;
    const { savesEach = false } = parts;
    const state = await openLeasedState(before, log, savesEach ? () => void this.saveOwed() : undefined);
    const begunAtMs = time.steady();
    const wasTaken = stream.holder !== null;
    if (!(await stream.append({ kind: 'taken', holder: nodeId, progress: before, change: null }))) return;
    const lease = { renewedAtMs: begunAtMs, saveAtMs: begunAtMs, savedVersion: state.version };
    const isOurs = () => time.steady() - lease.renewedAtMs < times.validForMs;
    if (this.isAbandoned) return;
    const isSaved = () => !savesEach || state.owedVersion <= lease.savedVersion;
    const mayBegin = () => !this.isClosed && isOurs() && isSaved();
    const forwarder = new Forwarder(target, { ...parts, log, state, isOurs: mayBegin });
    this.holding = { state, forwarder, lease, isOurs, cancelExpiry: () => undefined };
    this.expectExpiry(this.holding);
    logger.info({ target: target.name, wasTaken }, 'this node forwards to a target from now on');
  }

  private expectExpiry(holding: Holding): void {
    const { time, times } = this.parts;
    holding.cancelExpiry();
    holding.cancelExpiry = time.after(holding.lease.renewedAtMs + times.validForMs - time.steady(), () => {
      if (this.holding === holding) this.stop('RUN_OUT');
    });
  }

  /** At once: what was sent and is not answered counts as not sent. */
  private stop(why: keyof typeof stoppedBecause): void {
    const { holding } = this;
    if (holding === null) return;
    this.holding = null;
    this.quietSinceMs = null;
    holding.cancelExpiry();
    this.parts.logger.warn({ target: this.target.name }, stoppedBecause[why]);
    this.stopped = holding.forwarder.close(0);
  }

  private async renew(holding: Holding): Promise<void> {
    const { time, times } = this.parts;
    const isToSave = this.isToSave(holding);
    if (!isToSave && time.steady() - holding.lease.renewedAtMs < times.renewEveryMs) return;
    await this.append('renewed', null);
    await this.stream.truncate();
  }

  /** Saves what was sent last, without waiting for the next look: until then nothing else is sent. */
  private async saveOwed(): Promise<void> {
    await this.alone(async () => {
      if (this.holding !== null && !this.isClosed && this.isToSave(this.holding)) await this.append('renewed', null);
      // The next look tries again, and reports why it fails.
    }).catch(() => undefined);
  }

  private isToSave({ state, lease }: Holding): boolean {
    if (this.parts.savesEach === true && state.owedVersion > lease.savedVersion) return true;
    return state.version !== lease.savedVersion && this.parts.time.steady() >= lease.saveAtMs;
  }

  /** Appends, after what other nodes appended first. False: it could not, or has lost the lease meanwhile. */
  private async append(kind: 'renewed' | 'released' | 'changed', change: ForwardingChange | null): Promise<boolean> {
    const { time, nodeId } = this.parts;
    for (let attempt = 0; attempt < appendsMax; attempt += 1) {
      const { holding } = this;
      if (holding === null && kind !== 'changed') return false;
      const begunAtMs = time.steady();
      const { version } = holding?.state ?? { version: 0 };
      const progress = this.progressToSave(kind, change);
      const holder = kind === 'changed' ? '' : nodeId;
      if (await this.stream.append({ kind, holder, progress, change })) {
        if (change !== null) this.apply(change);
        else if (holding !== null)
          this.renewed(holding, { begunAtMs, savedVersion: progress === null ? null : version });
        return true;
      }
      await this.readNew();
    }
    return false;
  }

  private progressToSave(kind: LeaseEventKind, change: ForwardingChange | null): LeasedProgress | null {
    const { holding, stream } = this;
    if (change !== null) {
      // The node that forwards makes the change to what it has; until it does, this is what is known.
      return stream.needsProgress && stream.progress !== null ? afterChange(stream.progress, change) : null;
    }
    if (holding === null || !(kind === 'released' || stream.needsProgress || this.isToSave(holding))) return null;
    return { ...holding.state.progress(), isFailing: holding.forwarder.isFailing };
  }

  private renewed(
    holding: Holding,
    { begunAtMs, savedVersion }: { readonly begunAtMs: number; readonly savedVersion: number | null },
  ): void {
    if (this.holding !== holding) return;
    // It took too long: another node may have begun to wait for its end before.
    if (!holding.isOurs()) {
      this.stop('RUN_OUT');
      return;
    }
    holding.lease.renewedAtMs = begunAtMs;
    if (savedVersion !== null) {
      holding.lease.savedVersion = savedVersion;
      holding.lease.saveAtMs = this.parts.time.steady() + saveAgainAfterMs(this.stream.progressBytes);
    }
    this.expectExpiry(holding);
    holding.forwarder.goOn();
  }

  private apply(change: ForwardingChange): void {
    const forwarder = this.holding?.forwarder;
    if (forwarder === undefined) return;
    if (change.what === 'replay') forwarder.replayAfter(change.after);
    else if (change.what === 'skip') forwarder.skip();
    else forwarder.setPaused(change.what === 'pause');
  }
}

const stoppedBecause = {
  RUN_OUT: 'the lease of a target has run out: this node has stopped forwarding to it',
  TAKEN_AWAY: 'another node forwards to a target from now on',
  UNCOPIED: 'this node gets no events from EventStoreDB, and has handed a target over',
} as const;
