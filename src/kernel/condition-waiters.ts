/** Callers that wait for a condition. Whoever changes what the conditions depend on calls `check`. */
export class ConditionWaiters {
  private readonly waiting = new Set<() => void>();

  /** Checks every waiter's condition. Takes time in proportion to the waiters, so it costs next to nothing when there are none. */
  check(): void {
    for (const check of [...this.waiting]) check();
  }

  /**
   * Resolves as soon as the condition is met, at once or at a later `check`; rejects if `failure` returns an error first.
   * There is no timeout: a caller that gives up races it with a timer of its own.
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
