import { streamKey, type StreamKeyParts } from '../live-rows.ts';

/** A push that has ended. */
interface EndedRow extends StreamKeyParts {
  readonly endedAt: string | null;
}

/**
 * The streams that a fault ended and that are not back: neither live now, nor pushed again since and then stopped. The
 * newest push of each; pushes without a stream name are left out, because nothing says whether they are back. Lists are
 * ordered by end, the newest first.
 */
export function notBackOf<Row extends EndedRow>(
  faults: readonly Row[],
  others: readonly EndedRow[],
  live: Iterable<StreamKeyParts>,
): readonly Row[] {
  const isLive = new Set([...live].map(streamKey));
  const otherEnds = new Map<string, string>();
  for (const row of others) {
    const key = streamKey(row);
    if (!otherEnds.has(key)) otherEnds.set(key, row.endedAt ?? '');
  }
  const newest = new Map<string, Row>();
  for (const row of faults) {
    const key = streamKey(row);
    if (row.streamId != null && !newest.has(key)) newest.set(key, row);
  }
  return [...newest]
    .filter(([key, row]) => !isLive.has(key) && (otherEnds.get(key) ?? '') < (row.endedAt ?? ''))
    .map(([, row]) => row);
}
