import type { EndSide } from '../../api/operations.generated.ts';
import { toneOfSide, type EndTone } from '../../parts/tones.ts';

/** What ended a push, and why in the API's words. */
interface EndCause {
  readonly side: EndSide;
  readonly summary: string;
}

/**
 * A cause, and how many pushes it ended. A null cause stands for endings that are unknown, or that need no more detail
 * than their tone.
 */
export interface EndedCause {
  readonly tone: EndTone;
  readonly cause: EndCause | null;
  readonly count: number;
}

/** What ended pushes: faults by cause, the most frequent first, then what was stopped or replaced, then what is unknown. */
export function causesOf(rows: readonly { readonly endCause: EndCause | null }[]): readonly EndedCause[] {
  const causes = new Map<string, EndedCause>();
  for (const { endCause } of rows) {
    const tone = toneOfSide(endCause?.side ?? 'UNKNOWN');
    const cause = tone === 'other' ? endCause : null;
    const key = `${tone} ${cause?.side} ${cause?.summary}`;
    causes.set(key, { tone, cause, count: (causes.get(key)?.count ?? 0) + 1 });
  }
  const order: readonly EndTone[] = ['other', 'client', 'unknown'];
  return [...causes.values()].sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone) || b.count - a.count);
}
