import type { Audit } from '../../audit/audit-events.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import { nobody } from '../../log/author.ts';

/** Milliseconds in which an address that goes on reading is not recorded again: a page may have a single event, and each entry is one more. */
const recordedForMs = 3_600_000;

/** Addresses that are recorded apart, more than anybody has standbys. Those beyond are recorded together, so that they do not fill the disk. */
const addressesMax = 20;

/** Records who reads the log, with all that callbacks had: an address when it begins, whenever it begins at the first event, and once an hour. */
export class LogReadings {
  /** By address: when it was recorded. Null: all addresses beyond those that are recorded apart. */
  private readonly recordedAtMs = new Map<string | null, number>();

  constructor(
    private readonly audit: () => Audit,
    private readonly clock: Clock,
  ) {}

  /** Call it before events are sent. If the log takes nothing, they are sent all the same: then a copy matters most. The next reading is recorded instead. */
  async note(address: string, after: bigint): Promise<void> {
    const nowMs = this.clock();
    // A clock that was set back must hide nobody.
    const isRecent = (atMs = -Infinity) => nowMs >= atMs && nowMs - atMs < recordedForMs;
    for (const [known, atMs] of this.recordedAtMs) if (!isRecent(atMs)) this.recordedAtMs.delete(known);
    const isApart = this.recordedAtMs.has(address) || this.recordedAtMs.size < addressesMax;
    const from = isApart ? address : null;
    if (after > 0n && isRecent(this.recordedAtMs.get(from))) return;
    this.recordedAtMs.set(from, nowMs);
    const entry = { action: 'READ_LOG', object: `after ${after}`, outcome: 'DONE', code: null, reason: null } as const;
    try {
      await this.audit().count({ ...entry, author: { ...nobody, from } });
    } catch (error) {
      this.recordedAtMs.delete(from);
      if (!(error instanceof LedgerError)) throw error;
    }
  }
}
