import { ask } from '../../api/ask.ts';
import {
  DiscardHeldDocument,
  HeldIdsDocument,
  ReleaseHeldDocument,
  type QuarantineFilter,
  type QuarantineOutcome,
} from '../../api/operations.generated.ts';

export type Decision = 'release' | 'discard';

/** What a decision is about: these callbacks, or all that a filter finds. */
export type Chosen =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'filter'; readonly filter: QuarantineFilter };

/** How many callbacks a decision changed, and how many it could not. */
export interface Decided {
  readonly done: number;
  readonly failed: number;
  /** Why the last failure happened, in words. */
  readonly because: string | null;
}

const done: readonly QuarantineOutcome[] = ['RELEASED', 'DISCARDED', 'ALREADY_RELEASED', 'ALREADY_DISCARDED'];

/** Characters of a reason that the API accepts at most. */
export const reasonLengthMax = 2_000;

/**
 * Decides about all chosen callbacks, at most 500 in a call. The audit has the reason with each of them; null: none was given. Queries the
 * filter again after each call until a call changes nothing, because callbacks that can't be released stay.
 */
export async function decide(decision: Decision, chosen: Chosen, reason: string | null): Promise<Decided> {
  if (chosen.kind === 'ids') return decideIds(decision, chosen.ids, reason);
  let all: Decided = { done: 0, failed: 0, because: null };
  for (;;) {
    const { quarantine } = await ask(HeldIdsDocument, { filter: chosen.filter });
    const ids = (quarantine?.nodes ?? []).map(({ id }) => id);
    if (ids.length === 0) return all;
    const part = await decideIds(decision, ids, reason);
    all = { done: all.done + part.done, failed: part.failed, because: part.because };
    if (part.done === 0) return all;
  }
}

async function decideIds(decision: Decision, ids: readonly string[], reason: string | null): Promise<Decided> {
  const decided = { ids: [...ids], reason };
  const answered =
    decision === 'release'
      ? (await ask(ReleaseHeldDocument, decided)).releaseFromQuarantine
      : (await ask(DiscardHeldDocument, decided)).discardFromQuarantine;
  const outcomes = answered ?? [];
  const failed = outcomes.filter(({ outcome }) => !done.includes(outcome));
  return { done: outcomes.length - failed.length, failed: failed.length, because: failed.at(-1)?.message ?? null };
}
