import type Database from 'better-sqlite3';

/** The projector's statements that find the positions of callbacks without a time in the order of their task. */
export function prepareRelayOrder(db: Database.Database) {
  // Only callbacks that name the task: which others are attributed to it depends on this order.
  const arrivedBefore = (kind: 'BOUNDARY' | 'SIGN') =>
    db
      .prepare<[number, number, number, number], number>(
        `SELECT at FROM callbacks WHERE task_row = ? AND relay_kind = '${kind}' AND attribution = 'BY_TASK_ID'
         AND (received_at < ? OR (received_at = ? AND (occurred_at IS NOT NULL OR ?)))
       ORDER BY at DESC LIMIT 1`,
      )
      .pluck();
  const [boundaryBefore, activityBefore] = [arrivedBefore('BOUNDARY'), arrivedBefore('SIGN')];
  const untimedFrom = db.prepare<[number, number], UntimedColumns>(
    `SELECT position, relay_kind, at, received_at FROM callbacks
     WHERE task_row = ? AND relay_kind IN ('BOUNDARY', 'SIGN', 'OTHER') AND attribution = 'BY_TASK_ID'
       AND occurred_at IS NULL AND received_at >= ?
     ORDER BY received_at, relay_kind, identity, position`,
  );
  const moveTo = db.prepare<[number, bigint]>('UPDATE callbacks SET at = ? WHERE position = ?');

  return {
    arrivedBefore(taskRow: number, receivedAtMs: number, isActivity: boolean): number | null {
      const boundaryMs = boundaryBefore.get(taskRow, receivedAtMs, receivedAtMs, Number(isActivity)) ?? null;
      const activityMs = activityBefore.get(taskRow, receivedAtMs, receivedAtMs, 0) ?? null;
      if (boundaryMs === null || activityMs === null) return boundaryMs ?? activityMs;
      return Math.max(boundaryMs, activityMs);
    },
    untimedFrom: (taskRow: number, receivedAtMs: number) =>
      untimedFrom.all(taskRow, receivedAtMs).map(({ position, relay_kind, at, received_at }) => ({
        position: BigInt(position),
        atMs: at,
        isActivity: relay_kind === 'SIGN',
        occurredAtMs: null,
        receivedAtMs: received_at,
      })),
    moveTo: (callbackPosition: bigint, atMs: number) => void moveTo.run(atMs, callbackPosition),
  };
}

interface UntimedColumns {
  readonly position: number;
  readonly relay_kind: string;
  readonly at: number;
  readonly received_at: number;
}
