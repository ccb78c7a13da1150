import type { EndSide } from '../api/operations.generated.ts';

/** What a colour means: each has a shape as well, so that it is read without colour. */
export type Tone = 'live' | 'client' | 'other' | 'unknown';

/** Tones of ends, as they lie in a bar. */
export const endTones = ['client', 'other', 'unknown'] as const satisfies readonly Tone[];
export type EndTone = (typeof endTones)[number];

const sidesOfTone: Readonly<Record<EndTone, readonly EndSide[]>> = {
  client: ['CLIENT', 'OPERATOR', 'TAKEOVER'],
  other: ['NETWORK', 'PLATFORM', 'CONFIGURATION', 'AUTH'],
  unknown: ['UNKNOWN'],
};

/** Colour of the exit of a relay task: 0 is what it ends with once it has played its files; of a code that is no number nothing is known. */
export function toneOfExit(exitCode: number | null): Tone {
  if (exitCode === null) return 'unknown';
  return exitCode === 0 ? 'client' : 'other';
}

/** Colour of the side that ended a push: by its client, by something else, or unknown. */
export function toneOfSide(side: EndSide): EndTone {
  return endTones.find((tone) => sidesOfTone[tone].includes(side)) ?? 'unknown';
}
