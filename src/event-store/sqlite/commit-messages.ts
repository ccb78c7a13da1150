import { WrongExpectedRevision } from '../errors.ts';
import type { AppendGroup } from './append-group.ts';
import type { Append, AppendOutcome } from './append-queue.ts';

/** What the thread that writes the log is asked; it answers in the order of asking. */
export type CommitRequest =
  | { readonly kind: 'commit'; readonly group: AppendGroup; readonly recordedAtMs: number }
  | { readonly kind: 'truncate'; readonly streamName: string; readonly beforeRevision: bigint }
  | { readonly kind: 'close' };

export type CommitReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'committed'; readonly outcomes: readonly SentOutcome[]; readonly durationMs: number }
  | { readonly kind: 'truncated'; readonly done: boolean }
  /** Nothing was written. */
  | { readonly kind: 'failed'; readonly reason: string };

/** An outcome as it crosses threads: an error's class would be lost on the way. */
type SentOutcome =
  | readonly [revision: bigint, position: bigint]
  | { readonly expected: 'none' | bigint; readonly actual: bigint | null };

export function sendOutcome(outcome: AppendOutcome): SentOutcome {
  if (outcome instanceof WrongExpectedRevision) {
    const { expected, actual } = outcome;
    return { expected, actual };
  }
  if (outcome instanceof Error) throw outcome;
  return [outcome.revision, outcome.position];
}

export function receiveOutcome({ streamName }: Append, sent: SentOutcome): AppendOutcome {
  if ('actual' in sent) return new WrongExpectedRevision(streamName, sent.expected, sent.actual);
  const [revision, position] = sent;
  return { revision, position };
}
