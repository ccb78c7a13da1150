import type { SessionRowFragment } from '../../api/operations.generated.ts';
import { streamKey } from '../live/live-rows.ts';

/** The streams of these sessions, each with its newest session: live ones first, then by start, the latest first. */
export function streamsOf(rows: readonly SessionRowFragment[]): readonly SessionRowFragment[] {
  const began = ({ startedAt }: SessionRowFragment) => startedAt ?? '';
  const newest = new Map<string, SessionRowFragment>();
  for (const row of rows) {
    const key = streamKey(row);
    const known = newest.get(key);
    if (row.streamId !== null && (known === undefined || began(row) > began(known))) newest.set(key, row);
  }
  return [...newest.values()].sort(
    (a, b) => Number(b.state === 'LIVE') - Number(a.state === 'LIVE') || (began(a) < began(b) ? 1 : -1),
  );
}
