/** Milliseconds that the strip shows. */
const dayMs = 86_400_000;

interface PushedRow {
  readonly state: 'LIVE' | 'ENDED' | 'SUPERSEDED' | 'CLOSED';
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/**
 * The pushes of the last day as bars on a strip of this width. `rows` are the newest first. A push with an unknown end
 * lasts until the next one began.
 */
export function barsOf<Row extends PushedRow>(rows: readonly Row[], toMs: number, width: number) {
  const fromMs = toMs - dayMs;
  const unit = (ms: number) => Math.round(((Math.min(Math.max(ms, fromMs), toMs) - fromMs) / dayMs) * width);
  return rows.flatMap((row, index) => {
    if (row.startedAt === null) return [];
    const startMs = Date.parse(row.startedAt);
    const next = rows[index - 1]?.startedAt;
    const openEndMs = row.state === 'LIVE' || !next ? toMs : Date.parse(next);
    const endMs = row.endedAt === null ? openEndMs : Date.parse(row.endedAt);
    return endMs < fromMs || startMs > toMs ? [] : [{ row, x: unit(startMs), endX: unit(endMs) }];
  });
}
