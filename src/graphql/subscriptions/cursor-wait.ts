import { LedgerError } from '../../kernel/errors.ts';
import type { ChangePosition } from '../../read-models/rows.ts';
import type { GraphqlContext } from '../context.ts';

type Node = Pick<GraphqlContext, 'readModel' | 'log' | 'mayHavePosition' | 'notifications'>;

/** Resolves once this node has projected everything up to a position, or the signal aborts. */
export type WaitForPosition = (signal: AbortSignal) => Promise<void>;

/**
 * The wait for a position that this node has not projected yet; null if it has. Whether the log has the position is asked
 * until the event store can say: while its server is unavailable it can't.
 * @throws LedgerError - CURSOR_INVALID: the position is beyond the end of the log. The wait also throws it if the log was
 * restored meanwhile: positions are assigned again in the new epoch
 */
export async function openWait(position: ChangePosition, node: Node): Promise<WaitForPosition | null> {
  const { log, notifications } = node;
  const { epoch } = log;
  if (isProjected(position, node)) return null;
  let isKnown = await isInLog(position, node);
  return async (signal) => {
    while (!signal.aborted) {
      const { seen } = notifications;
      if (log.epoch !== epoch) {
        throw new LedgerError('CURSOR_INVALID', 'The log was restored after the cursor was issued. List again.');
      }
      if (isProjected(position, node)) return;
      isKnown ||= await isInLog(position, node);
      await notifications.after(seen, signal);
    }
  };
}

function isProjected({ position }: ChangePosition, { readModel }: Node): boolean {
  return position <= (readModel.checkpoint() ?? 0n);
}

/** False if nobody can say. */
async function isInLog({ position }: ChangePosition, { mayHavePosition }: Node): Promise<boolean> {
  const mayHave = await mayHavePosition(position);
  if (mayHave === false) {
    throw new LedgerError('CURSOR_INVALID', 'The cursor is beyond the end of the log. List again.');
  }
  return mayHave === true;
}
