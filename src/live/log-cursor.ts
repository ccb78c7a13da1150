/** A place in the log as a client holds it: after a change, or (ordinal null) after all changes of an event. */
export interface LogCursor {
  readonly logId: string;
  readonly epoch: number;
  readonly position: bigint;
  readonly ordinal: number | null;
}

/** Restoring an older log begins a new epoch; a log that was never restored is in this one. */
export const firstEpoch = 1;

const version = 'c1';

/** Opaque to clients, and the same on every node of the log. */
export function writeLogCursor({ logId, epoch, position, ordinal }: LogCursor): string {
  return Buffer.from(JSON.stringify([version, logId, epoch, String(position), ordinal])).toString('base64url');
}
