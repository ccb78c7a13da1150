import type { EndSide } from '../api/operations.generated.ts';

/** What a colour means. Each tone also has a shape, so that it can be read without colour. */
export type Tone = 'live' | 'client' | 'other' | 'unknown';

/** Tones of endings, in the order of a bar. */
export const endTones = ['client', 'other', 'unknown'] as const satisfies readonly Tone[];
export type EndTone = (typeof endTones)[number];

export const sidesOfTone: Readonly<Record<EndTone, readonly EndSide[]>> = {
  client: ['CLIENT', 'OPERATOR', 'TAKEOVER'],
  other: ['NETWORK', 'PLATFORM', 'CONFIGURATION', 'AUTH'],
  unknown: ['UNKNOWN'],
};

/**
 * Colour of a relay task's exit. A task ends with 0 once it has played its files; nothing is known of a code that is
 * not a number.
 */
export function toneOfExit(exitCode: number | null): Tone {
  if (exitCode === null) return 'unknown';
  return exitCode === 0 ? 'client' : 'other';
}

/** Colour of the side that ended a push: its client, something else, or unknown. */
export function toneOfSide(side: EndSide): EndTone {
  return endTones.find((tone) => sidesOfTone[tone].includes(side)) ?? 'unknown';
}
