import type Database from 'better-sqlite3';

/** Callbacks checked before the one found: the log's clock may have been set back there. */
const setBackMax = 1_000;

/** Finds the position of the first callback recorded after a moment; null if there is none. */
export type FirstRecordedAfter = (recordedAtMs: number) => bigint | null;

/**
 * A binary search, because positions and the log's clock increase together; it tolerates a clock set back over up to `setBackMax`
 * callbacks.
 */
export function prepareFirstRecordedAfter(db: Database.Database): FirstRecordedAfter {
  const row = <Parameters extends unknown[]>(sql: string) =>
    db.prepare<Parameters, { position: bigint; recorded_at: bigint }>(sql).safeIntegers();
  const atOrAfter = row<[bigint]>(
    'SELECT position, recorded_at FROM callbacks WHERE position >= ? ORDER BY position LIMIT 1',
  );
  const last = row<[]>('SELECT position, recorded_at FROM callbacks ORDER BY position DESC LIMIT 1');
  const earlier = db
    .prepare<[bigint, number, number], bigint | null>(
      `SELECT min(position) FROM (
         SELECT position, recorded_at FROM callbacks WHERE position <= ? ORDER BY position DESC LIMIT +?
       ) WHERE recorded_at > ?`,
    )
    .pluck()
    .safeIntegers();
  return (recordedAtMs) => {
    const newest = last.get();
    if (newest === undefined) return null;
    let [low, high] = [0n, newest.position];
    while (low < high) {
      const middle = (low + high) / 2n;
      const found = atOrAfter.get(middle);
      if (found !== undefined && found.recorded_at <= recordedAtMs) low = found.position + 1n;
      else high = middle;
    }
    const until = atOrAfter.get(low)?.position ?? newest.position;
    return earlier.get(until, setBackMax, recordedAtMs) ?? null;
  };
}
