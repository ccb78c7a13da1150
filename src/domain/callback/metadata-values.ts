/** Milliseconds since 1970 of an ISO 8601 text; null where it is none. */
export function readTime(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** A position as metadata and data carry it: its digits, because JSON numbers lose some. */
export function readPosition(value: unknown): bigint | null {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : null;
}
