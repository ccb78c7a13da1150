import type { Truncation } from './log-writer.ts';
import type { Committer } from './worker-committer.ts';

interface Waiting {
  readonly truncation: Truncation;
  readonly resolve: (done: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Truncations requested at the same time share a transaction and its fsync, as appends do, so truncating many streams does
 * not cost an fsync each.
 */
export class TruncationQueue {
  private waiting: Waiting[] = [];
  private isCommitting = false;

  constructor(private readonly committer: Pick<Committer, 'truncate'>) {}

  /** One step: resolves with true once nothing is left to remove. @throws StoreUnavailable - nothing was removed */
  add(truncation: Truncation): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ truncation, resolve, reject });
      if (!this.isCommitting) void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    this.isCommitting = true;
    // Truncations requested in the same turn of the event loop join the first group.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0);
      try {
        const done = await this.committer.truncate(group.map(({ truncation }) => truncation));
        group.forEach(({ resolve }, index) => resolve(done[index] ?? false));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.isCommitting = false;
  }
}
