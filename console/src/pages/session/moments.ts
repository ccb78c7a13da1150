/** The moments at which something became known, each once, in order. */
export function momentsOf(recordedAt: readonly string[]): readonly string[] {
  return [...new Set(recordedAt)].sort((a, b) => Date.parse(a) - Date.parse(b));
}

/**
 * The position of a moment among them: the index of the last one at or before it, or 0 if all are later. For now, the
 * number of moments.
 */
export function positionOf(moments: readonly string[], asOf: string | null): number {
  if (asOf === null) return moments.length;
  const after = moments.findIndex((moment) => Date.parse(moment) > Date.parse(asOf));
  return Math.max(0, (after === -1 ? moments.length : after) - 1);
}
