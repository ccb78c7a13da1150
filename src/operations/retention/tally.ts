import type { RetentionRule } from './retention-rule.ts';
import type { RetentionCount, RetentionRecord } from '../../log/retention-record.ts';
import type { FallingOut } from './falling-out-table.ts';

/** What falls out, with the positions and bytes of its events in the log. */
export interface PlannedRemoval extends Omit<FallingOut, 'eventIds'> {
  readonly positions: readonly number[];
  readonly bytes: number;
}

/** The totals of removals, without their time and positions. */
export type RetentionSummary = Omit<RetentionRecord, 'atMs' | 'positions'>;

/** Adds up any number of removals. */
export class RetentionTally {
  /** Events of all removals. */
  events = 0;
  /** Bytes of their data and metadata. */
  bytes = 0;
  private firstReceivedAtMs = Infinity;
  private lastReceivedAtMs = -Infinity;
  private readonly counts = new Map<string, RetentionCount>();

  add(removals: readonly PlannedRemoval[]): this {
    for (const { rule, what, appId, eventType, positions, ...removal } of removals) {
      const key = JSON.stringify([rule, what, appId, eventType]);
      const { count, events } = this.counts.get(key) ?? { count: 0, events: 0 };
      const added = { count: count + 1, events: events + positions.length };
      this.counts.set(key, { rule, what, appId, eventType, ...added });
      this.events += positions.length;
      this.bytes += removal.bytes;
      this.firstReceivedAtMs = Math.min(this.firstReceivedAtMs, removal.firstReceivedAtMs);
      this.lastReceivedAtMs = Math.max(this.lastReceivedAtMs, removal.lastReceivedAtMs);
    }
    return this;
  }

  /** The totals, with only the rules that decided. */
  summary(rules: readonly RetentionRule[]): RetentionSummary {
    const { events, bytes, firstReceivedAtMs, lastReceivedAtMs } = this;
    const counts = [...this.counts.values()];
    const used = [...new Set(counts.map(({ rule }) => rule))].sort((one, other) => one - other);
    return {
      rules: used.map((index) => rules[index] ?? {}),
      counts: counts.map((count) => ({ ...count, rule: used.indexOf(count.rule) })),
      ...{ events, bytes, firstReceivedAtMs, lastReceivedAtMs },
    };
  }
}
