import type { EndSide } from '../../api/operations.generated.ts';
import { toneOfSide, type EndTone } from '../../parts/tones.ts';

/** Who or what ended a push, and why in words of the API. */
interface EndCause {
  readonly side: EndSide;
  readonly summary: string;
}

/** A cause, and how many ended by it. Null for all that nobody asks more about, or that is not known: the tone says it. */
export interface EndedCause {
  readonly tone: EndTone;
  readonly cause: EndCause | null;
  readonly count: number;
}

/** What pushes ended by: faults by their causes, the most frequent first, then what was stopped or replaced, then what is unknown. */
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
