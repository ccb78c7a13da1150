import { LedgerError } from '../../kernel/errors.ts';
import { readChangesFrom } from '../../live/change-feed.ts';
import type { MessagePage } from '../../live/subscriber-group.ts';
import { cursorAt, positionOfCursor, readLogCursor } from '../../live/log-cursor.ts';
import { positionAfterCheckpoint, type Change, type ReadChanges } from '../../read-models/changes.ts';
import type { ChangePosition } from '../../read-models/rows.ts';
import type { GraphqlContext } from '../context.ts';
import { isInLog, isProjected, waitForCursor } from './cursor-wait.ts';

/** A change as the value of a subscription's field. */
export interface LiveEvent {
  readonly place: ChangePosition;
  readonly cursor: string;
  readonly value: object;
}

/** What a subscription follows. It can be followed from any place, by several at once. */
export interface LiveSource extends AsyncIterable<object> {
  /** Where the subscription begins. */
  readonly from: ChangePosition;
  /** Resolves once this node has come to where it begins; see `untilReached`. Null: it has, already. */
  readonly reached: ((signal: AbortSignal) => Promise<void>) | null;
  follow(from: ChangePosition, signal: AbortSignal): AsyncIterable<MessagePage<LiveEvent>>;
  /** Whether what was just told of a place is the state at that place. */
  readonly isStateAt: (place: ChangePosition) => boolean;
  readonly cursorAt: (place: ChangePosition) => string;
}

interface Followed<Row> {
  readonly after: string | null;
  /** Makes the reading ready: only who is the first of a group does. */
  readonly prepare: () => ReadChanges<Row>;
  /** Version of the projection whose state is told; null where only what stands in the log is. */
  readonly projectionVersion: number | null;
  readonly tell: (change: Change<Row>, cursor: string) => object;
  /** For what is told from more than its row: whether it stands at a place yet. */
  readonly standsAt?: (place: ChangePosition) => boolean;
}

/**
 * Opens what a subscription follows, from its cursor or from now on. A cursor ahead of the checkpoint waits for it: also
 * while nobody can say whether the log has its place.
 * @throws LedgerError - CURSOR_INVALID, RESYNC
 */
export async function openLiveSource<Row>(
  { after, prepare, projectionVersion, tell, standsAt = () => true }: Followed<Row>,
  context: GraphqlContext,
): Promise<LiveSource> {
  const { log } = context;
  let prepared: ReadChanges<Row> | null = null;
  const cursorOf = (place: ChangePosition) => cursorAt(place, log, projectionVersion);
  async function* follow(from: ChangePosition, signal: AbortSignal): AsyncGenerator<MessagePage<LiveEvent>, void> {
    for await (const { changes, to, isLast } of readChangesFrom((prepared ??= prepare()), from, context, signal)) {
      const messages = changes.map((change): LiveEvent => {
        const cursor = cursorOf(change.at);
        return { place: change.at, cursor, value: tell(change, cursor) };
      });
      yield { messages, to, isLast };
    }
  }
  const place = beginningOf(context.resumeAfter ?? after, projectionVersion, context);
  const { epoch } = log;
  const ahead = isProjected(place, context) ? null : { place, epoch, isInLog: await isInLog(place, context) };
  return {
    from: place,
    reached: ahead === null ? null : (signal) => waitForCursor(ahead, context, signal),
    follow,
    isStateAt: standsAt,
    cursorAt: cursorOf,
    // As graphql-js iterates the source of a subscription: from its beginning, one value after the other.
    async *[Symbol.asyncIterator]() {
      const stopped = new AbortController();
      try {
        for await (const { messages } of follow(place, stopped.signal)) for (const { value } of messages) yield value;
      } finally {
        stopped.abort();
      }
    },
  };
}

export function isLiveSource(source: object): source is LiveSource {
  return 'follow' in source;
}

function beginningOf(
  after: string | null,
  projectionVersion: number | null,
  { readModel, log }: GraphqlContext,
): ChangePosition {
  if (after === null) return positionAfterCheckpoint(readModel.checkpoint());
  const cursor = readLogCursor(after, log);
  const isOfAnother = cursor.projectionVersion !== null && cursor.projectionVersion !== projectionVersion;
  if (projectionVersion !== null && isOfAnother) {
    throw new LedgerError('RESYNC', 'The projection was replaced since this cursor was given. List again.');
  }
  return positionOfCursor(cursor);
}
