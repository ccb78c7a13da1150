import { LedgerError } from '../../kernel/errors.ts';
import type { Subscriber, MessageSink } from '../../live/subscriber-group.ts';
import type { ChangePosition } from '../../read-models/rows.ts';
import type { GraphqlContext } from '../context.ts';

type Node = Pick<GraphqlContext, 'readModel' | 'log' | 'mayHavePosition' | 'notifications'>;

/** Whether this node has projected all up to a place. */
export function isProjected({ position }: ChangePosition, { readModel }: Pick<Node, 'readModel'>): boolean {
  return position <= (readModel.checkpoint() ?? 0n);
}

/** A place that this node has not come to. */
export interface CursorAhead {
  readonly place: ChangePosition;
  /** Of the log when the place was told: in another one, positions are given a second time. */
  readonly epoch: number;
  /** False where nobody could say. */
  readonly isInLog: boolean;
}

/**
 * Resolves once this node has projected all up to a place, or the signal aborts. Whether the log has the place is asked until
 * somebody can say: while the server is away nobody can.
 * @throws LedgerError - CURSOR_INVALID: the log ends before it, or was restored since
 */
export async function waitForCursor(ahead: CursorAhead, node: Node, signal: AbortSignal): Promise<void> {
  const { place, epoch } = ahead;
  const { log, notifications } = node;
  let isThere = ahead.isInLog;
  while (!signal.aborted) {
    const { seen } = notifications;
    if (log.epoch !== epoch) throw new LedgerError('CURSOR_INVALID', 'The log was restored meanwhile. List again.');
    if (isProjected(place, node)) return;
    isThere ||= await isInLog(place, node);
    await notifications.after(seen, signal);
  }
}

/**
 * True for a place that the log is known to have; false where nobody can say.
 * @throws LedgerError - CURSOR_INVALID: it lies beyond the end
 */
export async function isInLog(
  { position }: ChangePosition,
  { mayHavePosition }: Pick<Node, 'mayHavePosition'>,
): Promise<boolean> {
  const reaches = await mayHavePosition(position);
  if (reaches === false) {
    throw new LedgerError('CURSOR_INVALID', 'The cursor lies beyond the end of the log. List again.');
  }
  return reaches === true;
}

/** Follows once something was waited for: until then it has nothing to do with others who follow the same. */
export function subscribeAfter<Message>(
  waitFor: (signal: AbortSignal) => Promise<void>,
  from: ChangePosition,
  sink: MessageSink<Message>,
  follow: () => Subscriber,
): Subscriber {
  const left = new AbortController();
  const hasLeft = () => left.signal.aborted;
  let follower: Subscriber | null = null;
  const begin = async () => {
    try {
      await waitFor(left.signal);
      if (!hasLeft()) follower = follow();
    } catch (error) {
      if (!hasLeft()) sink.failed(error);
    }
  };
  void begin();
  return {
    position: () => follower?.position() ?? from,
    leave() {
      left.abort();
      follower?.leave();
    },
  };
}
