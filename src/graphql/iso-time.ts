const dayMs = 86_400_000;

/** Before it and after, years do not have four digits. */
const yearTenThousandMs = 253_402_300_800_000;

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const fractions = Array.from({ length: 1_000 }, (_, value) => `.${String(value).padStart(3, '0')}Z`);

/** A day, and how its times begin: neighbouring rows are of the same. */
let known = { startMs: NaN, text: '' };

/**
 * Milliseconds since 1970 as `Date.toISOString` writes them, in a quarter of its time: a page has hundreds of them.
 * @throws RangeError - not a time
 */
export function toIsoTime(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms >= yearTenThousandMs) return new Date(ms).toISOString();
  const ofDayMs = ms % dayMs;
  const startMs = ms - ofDayMs;
  if (startMs !== known.startMs)
    known = { startMs, text: new Date(startMs).toISOString().slice(0, 'YYYY-MM-DDT'.length) };
  const seconds = Math.floor(ofDayMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  return `${known.text}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}${fractions[ofDayMs % 1_000] ?? ''}`;
}

function two(value: number): string {
  return twoDigits[value] ?? '';
}
