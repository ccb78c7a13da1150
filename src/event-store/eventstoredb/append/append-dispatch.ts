import { StoreOverloaded, StoreUnavailable } from '../../errors.ts';
import type { AppendedEvents } from '../../event-store.ts';

/** Appends on their way to the server at once: the server is hardly faster with more. */
export const appendsInFlightMax = 512;

/** Appends that may wait or be on their way: a second of work. */
export const appendsWaitingMax = 10_000;

/** Bytes of data and metadata that may wait or be on their way. */
export const bytesWaitingMax = 64 * 1024 * 1024;

/** Milliseconds until an append is answered, with all its attempts: whoever keeps a spool has to answer CSS in five seconds. */
export const appendAnswerMsMax = 3_000;

/** Milliseconds after which an append that the client never answers is given up for lost: keep-alive does after about 20,000. */
const forgottenAfterMs = 30_000;

/** What one attempt came to. `again`: the server is away, and this append is sent again when it answers. */
export type Attempt =
  | { readonly kind: 'appended'; readonly appended: AppendedEvents }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'again'; readonly mayBeStored: boolean };

export interface DispatchOptions {
  readonly mayBeSent: () => boolean;
  /** An append was not answered in time by a server that counted as answering. */
  readonly onUnanswered: () => void;
  readonly answerMsMax?: number;
  /** Left out: `forgottenAfterMs`. */
  readonly forgottenMs?: number;
}

interface Entry {
  /** Place in the order of coming, which an append keeps when it is sent again. */
  readonly order: number;
  readonly attempt: () => Promise<Attempt>;
  readonly bytes: number;
  readonly resolve: (appended: AppendedEvents) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
  mayBeStored: boolean;
  answered: boolean;
}

/** Sends appends in the order in which they came, so many at a time, and answers each within its time. */
export class AppendDispatch {
  private waiting: Entry[] = [];
  /** Also what was answered for its time and is still on its way: the client holds it in memory until it settles. */
  private readonly inFlight = new Set<Entry>();
  private ordersGiven = 0;
  private unanswered = 0;
  private bytes = 0;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly options: DispatchOptions) {}

  add(bytes: number, attempt: () => Promise<Attempt>): Promise<AppendedEvents> {
    if (this.waiting.length + this.inFlight.size >= appendsWaitingMax || this.bytes + bytes > bytesWaitingMax) {
      return Promise.reject(new StoreOverloaded('Too many appends wait for EventStoreDB.'));
    }
    this.bytes += bytes;
    this.unanswered += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.expire(entry);
      }, this.options.answerMsMax ?? appendAnswerMsMax);
      const order = this.ordersGiven++;
      const entry: Entry = { order, attempt, bytes, resolve, reject, timer, mayBeStored: false, answered: false };
      this.waiting.push(entry);
      this.pump();
    });
  }

  /** Sends what may be sent: to be called when the server answers again. */
  pump(): void {
    while (this.inFlight.size < appendsInFlightMax && this.options.mayBeSent()) {
      const entry = this.waiting.shift();
      if (entry === undefined) return;
      this.inFlight.add(entry);
      void this.send(entry);
    }
  }

  /** Resolves once every append is answered. */
  async idle(): Promise<void> {
    if (this.unanswered > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  private async send(entry: Entry): Promise<void> {
    // The client may never settle what it was asked: its place is not lost for ever.
    const forgotten = setTimeout(() => {
      if (this.inFlight.delete(entry)) this.bytes -= entry.bytes;
      this.pump();
    }, this.options.forgottenMs ?? forgottenAfterMs).unref();
    const outcome = await entry.attempt();
    clearTimeout(forgotten);
    if (!this.inFlight.delete(entry)) return;
    if (outcome.kind === 'again' && !entry.answered) {
      entry.mayBeStored ||= outcome.mayBeStored;
      this.waitAgain(entry);
    } else {
      this.bytes -= entry.bytes;
      this.answer(entry, () => {
        if (outcome.kind === 'appended') entry.resolve(outcome.appended);
        else if (outcome.kind === 'failed') entry.reject(outcome.error);
      });
    }
    this.pump();
  }

  private waitAgain(entry: Entry): void {
    const later = this.waiting.findIndex(({ order }) => order > entry.order);
    this.waiting.splice(later === -1 ? this.waiting.length : later, 0, entry);
  }

  private expire(entry: Entry): void {
    const waits = this.waiting.indexOf(entry);
    if (waits === -1) this.options.onUnanswered();
    else {
      this.waiting.splice(waits, 1);
      this.bytes -= entry.bytes;
    }
    const mayBeStored = entry.mayBeStored || waits === -1;
    this.answer(entry, () => {
      entry.reject(new StoreUnavailable('EventStoreDB did not take it in time.', { mayBeStored }));
    });
  }

  private answer(entry: Entry, settle: () => void): void {
    if (entry.answered) return;
    entry.answered = true;
    clearTimeout(entry.timer);
    settle();
    this.unanswered -= 1;
    if (this.unanswered === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}
