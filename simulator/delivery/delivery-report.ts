/** The outcome of the deliveries of a plan. */
export interface DeliveryReport {
  /** Deliveries that ended with a final answer. */
  readonly answered: number;
  /** Attempts by the status of their answer, or `NO_ANSWER`. */
  readonly attemptsByOutcome: Readonly<Record<string, number>>;
  /** Indexes in the plan of deliveries that were given up or not attempted, except those that may be rejected. */
  readonly failed: readonly number[];
  /** Indexes of deliveries that were rejected because the quarantine is full. */
  readonly refused: ReadonlySet<number>;
  /** Attempts without an answer, by index in the plan: each may have been recorded. */
  readonly unanswered: ReadonlyMap<number, number>;
  readonly latency: Latency;
  readonly elapsedMs: number;
}

/** Milliseconds from attempt to answer, over all answered attempts. */
export interface Latency {
  readonly medianMs: number;
  readonly percentile99Ms: number;
  readonly maxMs: number;
}

export interface DeliveryLog {
  record(outcome: string, latencyMs: number | null): void;
  readonly answered: { count: number };
  readonly failed: number[];
  readonly refused: Set<number>;
  readonly unanswered: Map<number, number>;
  report(elapsedMs: number): DeliveryReport;
}

export function createDeliveryLog(): DeliveryLog {
  const attemptsByOutcome: Record<string, number> = {};
  const latenciesMs: number[] = [];
  const failed: number[] = [];
  const refused = new Set<number>();
  const unanswered = new Map<number, number>();
  const answered = { count: 0 };
  return {
    record(outcome, latencyMs) {
      attemptsByOutcome[outcome] = (attemptsByOutcome[outcome] ?? 0) + 1;
      if (latencyMs !== null) latenciesMs.push(latencyMs);
    },
    answered,
    failed,
    refused,
    unanswered,
    report: (elapsedMs) => ({
      answered: answered.count,
      attemptsByOutcome,
      failed,
      refused,
      unanswered,
      latency: latencyOf(latenciesMs),
      elapsedMs,
    }),
  };
}

function latencyOf(latenciesMs: number[]): Latency {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { medianMs: at(0.5), percentile99Ms: at(0.99), maxMs: at(1) };
}
