import { returnMsMax } from './incident-rules.ts';

/** ONGOING: nothing has come back since the newest failure. OVER: all are back, or no longer waited for. */
export const incidentStates = ['ONGOING', 'RECOVERING', 'OVER'] as const;
export type IncidentState = (typeof incidentStates)[number];

/** A failure of an incident, and when what failed was back; null: it is not. */
export interface Outcome {
  readonly subject: string;
  readonly atMs: number;
  readonly backAtMs: number | null;
}

/** How far an incident goes, and whether it is over. */
export interface IncidentProgress {
  readonly state: IncidentState;
  /** Streams, or relay tasks whose stream is unknown: each once, however often it failed. */
  readonly affected: number;
  readonly back: number;
  readonly notBack: number;
  readonly failures: number;
  readonly newestEvidenceAtMs: number;
  readonly overSinceMs: number | null;
}

/** The progress by all failures of an incident, of which there is one at least. `knownToMs`: when the newest callback of the record arrived. */
export function progressOf(outcomes: readonly Outcome[], knownToMs: number): IncidentProgress {
  /** The last failure of each; of several at one moment, the one that is back last. */
  const last = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const other = last.get(outcome.subject);
    if (other === undefined || isLater(outcome, other)) last.set(outcome.subject, outcome);
  }
  const all = [...last.values()];
  const returns = all.flatMap(({ backAtMs }) => backAtMs ?? []);
  const [lastFailedAtMs, lastBackAtMs] = [greatest(all.map(({ atMs }) => atMs)), greatest(returns)];
  const newestEvidenceAtMs = Math.max(lastFailedAtMs, lastBackAtMs);
  const [affected, back] = [all.length, returns.length];
  const isOver = back === affected || knownToMs >= lastFailedAtMs + returnMsMax;
  const isRecovering = back > 0 && lastBackAtMs >= lastFailedAtMs;
  return {
    state: isOver ? 'OVER' : isRecovering ? 'RECOVERING' : 'ONGOING',
    affected,
    back,
    notBack: affected - back,
    failures: outcomes.length,
    newestEvidenceAtMs,
    overSinceMs: isOver ? newestEvidenceAtMs : null,
  };
}

function isLater(one: Outcome, other: Outcome): boolean {
  if (one.atMs !== other.atMs) return one.atMs > other.atMs;
  return (one.backAtMs ?? Infinity) > (other.backAtMs ?? Infinity);
}

/** Not by spreading: there may be more than a call can have arguments. */
function greatest(values: readonly number[]): number {
  return values.reduce((one, other) => Math.max(one, other), -Infinity);
}
