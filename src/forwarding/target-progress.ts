import type { FailedForward } from './target.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import type { Delivery } from './delivery-queue.ts';
import type { Time } from './send.ts';

/** The progress of a target, as it is kept on disk. */
export interface SavedTarget {
  /** Everything up to here was read; what is not done of it is in `pending`. */
  readonly readTo: bigint;
  readonly isPaused: boolean;
  readonly setAsideTotal: number;
  /** In the order of the log. */
  readonly pending: readonly Delivery[];
}

/** What has changed for a target since it was saved; `pending` has only what must be written, new or not. */
export interface TargetChanges extends SavedTarget {
  /** Positions that are no longer pending. */
  readonly done: readonly bigint[];
  /** Newly given up. */
  readonly setAside: readonly FailedForward[];
}

/** Which log the saved positions belong to, and its end: after a restore they may be beyond it. */
export interface LogOfPositions {
  readonly logId: string;
  readonly epoch: number;
  readonly endPosition: bigint;
}

/** Where the progress of all targets is kept. */
export interface ForwardingState {
  /** A new target begins at the end of the log, durably. */
  open(name: string): SavedTarget;
  /** All or nothing. `isDurable`: with an fsync; otherwise a power cut may lose it, and callbacks are sent again. */
  save(name: string, changes: TargetChanges, isDurable: boolean): void;
  /** Newest first. */
  setAside(name: string, max: number): readonly FailedForward[];
  close(): void;
}

/** Milliseconds between two writes: what was delivered since the last one is sent again after a crash. */
const saveEveryMs = 250;

interface TargetProgressParts {
  readonly state: ForwardingState;
  readonly time: Time;
  readonly logger: Logger;
  /** Whether each delivery is saved at once, and durably. */
  readonly savesEach: boolean;
  /** Called once what was owed is saved. */
  readonly onSettled: () => void;
}

/** Collects what must be saved of a target, and saves it soon. */
export class TargetProgress {
  readTo: bigint;
  isPaused: boolean;
  setAsideTotal: number;
  /** A delivery that must be saved at once could not be: deliveries sent before it is would be sent again after a restart. */
  isSaveOwed = false;
  /** Logged when saving begins to fail, and when it succeeds again. */
  private isSaveFailing = false;
  private readonly changed = new Set<Delivery>();
  private readonly saved: Set<bigint>;
  private readonly done = new Set<bigint>();
  private setAside: FailedForward[] = [];
  private cancelSave: (() => void) | null = null;

  constructor(
    private readonly name: string,
    { readTo, isPaused, setAsideTotal, pending }: SavedTarget,
    private readonly parts: TargetProgressParts,
  ) {
    this.readTo = readTo;
    this.isPaused = isPaused;
    this.setAsideTotal = setAsideTotal;
    this.saved = new Set(pending.map(({ position }) => position));
  }

  /** A delivery is new, or has failed once more. */
  note(delivery: Delivery): void {
    this.changed.add(delivery);
    this.done.delete(delivery.position);
    this.saveSoon();
  }

  /** A delivery is no longer pending. */
  noteDone(delivery: Delivery): void {
    this.changed.delete(delivery);
    if (this.saved.has(delivery.position)) this.done.add(delivery.position);
    if (this.parts.savesEach) this.trySave(true);
    else this.saveSoon();
  }

  noteSetAside(failed: FailedForward): void {
    this.setAside.push(failed);
    this.setAsideTotal += 1;
  }

  saveSoon(): void {
    this.cancelSave ??= this.parts.time.after(saveEveryMs, () => this.trySave());
  }

  /** Never throws: a failed save is tried again soon, and a crash before that only repeats callbacks. */
  trySave(isDurable = this.isSaveOwed): void {
    try {
      this.save(isDurable);
    } catch (error) {
      if (!this.isSaveFailing) {
        const found = { target: this.name, ...describeFault(error) };
        this.parts.logger.error(found, 'forwarding could not save how far a target is; it is tried again');
      }
      this.isSaveFailing = true;
      this.isSaveOwed ||= isDurable;
      this.saveSoon();
    }
  }

  /** @throws Error - of the file: nothing was saved */
  save(isDurable: boolean): void {
    this.cancelSave?.();
    this.cancelSave = null;
    const { readTo, isPaused, setAsideTotal, setAside } = this;
    const [pending, done] = [[...this.changed], [...this.done]];
    this.parts.state.save(this.name, { readTo, isPaused, setAsideTotal, pending, done, setAside }, isDurable);
    for (const { position } of pending) this.saved.add(position);
    for (const position of done) this.saved.delete(position);
    this.changed.clear();
    this.done.clear();
    this.setAside = [];
    if (this.isSaveFailing) {
      this.isSaveFailing = false;
      this.parts.logger.info({ target: this.name }, 'forwarding saves again how far a target is');
    }
    if (!this.isSaveOwed) return;
    this.isSaveOwed = false;
    this.parts.onSettled();
  }

  stop(): void {
    this.trySave();
    this.cancelSave?.();
  }
}
