/** Tells everyone who waits to look again. It carries no facts, so nothing is lost where nobody waits. */
export class Notifier {
  private notifications = 0;
  private readonly waiting = new Set<() => void>();

  /** To be taken before looking, and handed to `after`: a ring between the look and the wait is not slept through. */
  get seen(): number {
    return this.notifications;
  }

  /** Resolves once there has been a ring since `seen`, or the signal aborts. */
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
