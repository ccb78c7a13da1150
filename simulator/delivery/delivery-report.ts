/** What became of the deliveries of a plan. */
export interface DeliveryReport {
  /** Deliveries that were answered: each once, by its last answer. */
  readonly answered: number;
  /** All attempts, by the status of their answer, or by `NO_ANSWER`. */
  readonly attemptsByOutcome: Readonly<Record<string, number>>;
  /** Places in the plan of what was given up or not tried any more, other than forgeries. */
  readonly failed: readonly number[];
  /** Places of deliveries that a quarantine did not take: its share was used up. */
  readonly refused: ReadonlySet<number>;
  /** Attempts without an answer, by place in the plan: they may have been recorded. */
  readonly unanswered: ReadonlyMap<number, number>;
  readonly latency: Latency;
  readonly elapsedMs: number;
}

/** Milliseconds from an attempt to its answer, of all attempts that were answered. */
export interface Latency {
  readonly medianMs: number;
  readonly percentile99Ms: number;
  readonly mostMs: number;
}

export interface DeliveryLog {
  note(outcome: string, latencyMs: number | null): void;
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
    note(outcome, latencyMs) {
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
  return { medianMs: at(0.5), percentile99Ms: at(0.99), mostMs: at(1) };
}
