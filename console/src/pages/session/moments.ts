/** The moments at which something became known, each once, in order: between two of them nothing changed. */
export function momentsOf(recordedAt: readonly string[]): readonly string[] {
  return [...new Set(recordedAt)].sort((a, b) => Date.parse(a) - Date.parse(b));
}

/**
 * Where a moment is among them: the index of the last one that is not after it, 0 where all are, and as many as there are
 * for now.
 */
export function positionOf(moments: readonly string[], asOf: string | null): number {
  if (asOf === null) return moments.length;
  const after = moments.findIndex((moment) => Date.parse(moment) > Date.parse(asOf));
  return Math.max(0, (after === -1 ? moments.length : after) - 1);
}
