import type { SessionRowFragment } from '../../api/operations.generated.ts';
import { streamKey } from '../live/live-rows.ts';

/** The streams of these sessions, each with its newest one; the live ones first. */
export function streamsOf(rows: readonly SessionRowFragment[]): readonly SessionRowFragment[] {
  const newest = new Map<string, SessionRowFragment>();
  for (const row of rows) {
    const key = streamKey(row);
    const known = newest.get(key);
    if (row.streamId !== null && (known === undefined || (row.startedAt ?? '') > (known.startedAt ?? ''))) {
      newest.set(key, row);
    }
  }
  return [...newest.values()].sort((a, b) => Number(b.state === 'LIVE') - Number(a.state === 'LIVE'));
}

/** Rows of several lists, each once. */
export function eachOnce<Row extends { readonly id: string }>(...lists: readonly (readonly Row[])[]): readonly Row[] {
  return [...new Map(lists.flat().map((row) => [row.id, row])).values()];
}
