/** The part of a notifier for those who wait. */
export type Notifications = Pick<Notifier, 'seen' | 'after'>;

/**
 * Signals that there may be something new to read. Carries no facts: nothing is lost if nobody waits. Take `seen` before
 * reading and pass it to `after`, so that no notification between the read and the wait is missed.
 */
export class Notifier {
  private notifications = 0;
  private readonly waiting = new Set<() => void>();

  get seen(): number {
    return this.notifications;
  }

  /** Resolves once there has been a notification since `seen`, or the signal aborts. */
  after(seen: number, signal: AbortSignal): Promise<void> {
    if (this.notifications !== seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  notify(): void {
    this.notifications += 1;
    for (const done of [...this.waiting]) done();
  }
}

/**
 * Calls `handle` after each notification from now on, until the signal aborts. Notifications that arrive during a call
 * cause one more call. `handle` must not throw or reject.
 */
export async function onEachNotification(
  notifications: Notifications,
  signal: AbortSignal,
  handle: () => unknown,
): Promise<void> {
  const isAborted = () => signal.aborted;
  let { seen } = notifications;
  while (!isAborted()) {
    await notifications.after(seen, signal);
    ({ seen } = notifications);
    if (!isAborted()) await handle();
  }
}

/** Callers that wait for a condition. Code that changes what the conditions depend on calls `check`. */
export class ConditionWaiters {
  private readonly waiting = new Set<() => void>();

  /** Checks every waiter's condition. Its time is proportional to the waiters, so without any it costs almost nothing. */
  check(): void {
    for (const check of [...this.waiting]) check();
  }

  /**
   * Resolves as soon as the condition is met, at once or at a later `check`; rejects if `failure` returns an error first.
   * There is no timeout: a caller that gives up races it with its own timer.
   */
  until(isMet: () => boolean, failure: () => Error | null = () => null): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (isMet()) resolve();
        else {
          const error = failure();
          if (error === null) return;
          reject(error);
        }
        this.waiting.delete(check);
      };
      this.waiting.add(check);
      check();
    });
  }
}

/** Milliseconds between two checks without a call: notifications can get lost when the thread that sends them crashes. */
const changeCheckEveryMs = 1_000;

/** Calls `notify` whenever what `readMark` returns is another value. A read that fails is repeated with the next check. */
export function watchChanges(readMark: () => unknown, notify: () => void) {
  let known: unknown = null;
  let stopped = false;
  const read = () => {
    try {
      return readMark();
    } catch {
      return known;
    }
  };
  known = read();
  const check = () => {
    // The projection stops after the readers are closed, and then reports its last batch.
    if (stopped) return;
    const mark = read();
    if (mark === known) return;
    known = mark;
    notify();
  };
  const timer = setInterval(check, changeCheckEveryMs);
  return {
    /** Call it when the value may have changed. */
    check,
    stop(): void {
      stopped = true;
      clearInterval(timer);
    },
  };
}
