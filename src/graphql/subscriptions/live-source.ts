import { LedgerError } from '../../kernel/errors.ts';
import { readChangesFrom } from '../../live/change-feed.ts';
import { cursorAt, positionOfCursor, readLogCursor } from '../../live/log-cursor.ts';
import type { MessagePage, Positioned, ReadMessages } from '../../live/subscriber-group.ts';
import type { TimeSlices } from '../../live/time-slices.ts';
import { positionAfterCheckpoint, type Change, type Changes, type ReadChanges } from '../../read-models/changes.ts';
import type { ChangePosition } from '../../read-models/rows.ts';
import type { GraphqlContext } from '../context.ts';
import { openWait, type WaitForPosition } from './cursor-wait.ts';

/** A change, as the root value of a message. */
export interface LiveEvent {
  readonly at: ChangePosition;
  readonly cursor: string;
  readonly value: object;
}

/** A stretch of the order of changes. */
export interface EventPage extends Pick<Changes<unknown>, 'to' | 'isLast'> {
  readonly events: readonly LiveEvent[];
}

/** The events of a subscription. They can be read from any position, by several readers at once. */
export interface LiveSource extends AsyncIterable<never> {
  /** Where the subscription begins. */
  readonly from: ChangePosition;
  /** Null if this node has projected everything up to there. */
  readonly wait: WaitForPosition | null;
  /** Events after a position, then those to come; see `readChangesFrom`. */
  read(from: ChangePosition, signal: AbortSignal): AsyncIterable<EventPage>;
  /** Whether an event that was just executed shows the state at its position. */
  readonly isCurrent: (at: ChangePosition) => boolean;
  readonly cursorAt: (position: ChangePosition) => string;
}

interface Subscribed<Row> {
  readonly after: string | null;
  /** Prepares the read; called for the first subscriber of a group only. */
  readonly prepare: () => ReadChanges<Row>;
  /** Version of the projection whose state is shown; null if only the log matters. */
  readonly projectionVersion: number | null;
  readonly valueOf: (change: Change<Row>, cursor: string) => object;
  /** For values made of more than their row: whether the row is still at this position. */
  readonly isCurrent?: (at: ChangePosition) => boolean;
}

/**
 * Opens the events of a subscription, from its cursor or from now on. A cursor ahead of the checkpoint is waited for, even
 * while nobody can say whether the log has its position.
 * @throws LedgerError - CURSOR_INVALID, RESYNC
 */
export async function openLiveSource<Row>(
  { after, prepare, projectionVersion, valueOf, isCurrent = () => true }: Subscribed<Row>,
  context: GraphqlContext,
): Promise<LiveSource> {
  let prepared: ReadChanges<Row> | null = null;
  const cursorOf = (position: ChangePosition) => cursorAt(position, context.log, projectionVersion);
  const toEvent = (change: Change<Row>): LiveEvent => {
    const cursor = cursorOf(change.at);
    return { at: change.at, cursor, value: valueOf(change, cursor) };
  };
  const readEvents = (position: ChangePosition, rowsMax: number): EventPage => {
    const { changes, to, isLast } = (prepared ??= prepare())(position, rowsMax);
    return { events: changes.map(toEvent), to, isLast };
  };
  const from = startOf(context.resumeAfter ?? after, projectionVersion, context);
  return {
    from,
    wait: await openWait(from, context),
    read: (position, signal) => readChangesFrom(readEvents, position, context, signal),
    isCurrent,
    cursorAt: cursorOf,
    // graphql-js asks for an iterable, but only `read` is used.
    [Symbol.asyncIterator]() {
      throw new TypeError('The events of a subscription are read from a position.');
    },
  };
}

/** Whether graphql-js returned a source, rather than a result with errors. */
export function isLiveSource(source: object): source is LiveSource {
  return 'isCurrent' in source;
}

function startOf(
  after: string | null,
  projectionVersion: number | null,
  { readModel, log }: GraphqlContext,
): ChangePosition {
  if (after === null) return positionAfterCheckpoint(readModel.checkpoint());
  const cursor = readLogCursor(after, log);
  const isOfAnother = cursor.projectionVersion !== null && cursor.projectionVersion !== projectionVersion;
  if (projectionVersion !== null && isOfAnother) {
    throw new LedgerError('RESYNC', 'The projection was replaced after the cursor was issued. List again.');
  }
  return positionOfCursor(cursor);
}

/** The message of one change, made once for all subscribers that are sent it. */
export interface LiveMessage extends Positioned {
  readonly cursor: string;
  /** The result of the operation as JSON in UTF-8. */
  readonly json: Buffer;
}

/** Bytes of messages prepared at a time; a single one may be larger. A batch at 1,000 callbacks/s: some 20 of 1 KB. */
const pageBytesMax = 64 * 1024;

/**
 * Executes the operation for each event of a source, and writes each result as JSON. A row that changed again before it was
 * read completely is skipped: its message follows at its new position. So a cursor means the same state on every node.
 */
export function liveMessages(
  source: LiveSource,
  execute: (event: LiveEvent) => Promise<object>,
  timeSlices: TimeSlices,
): ReadMessages<LiveMessage> {
  return async function* (from, signal): AsyncGenerator<MessagePage<LiveMessage>, void> {
    for await (const { events, to, isLast } of source.read(from, signal)) {
      let messages: LiveMessage[] = [];
      let bytes = 0;
      for (const event of events) {
        if (timeSlices.isOver()) await timeSlices.next();
        const result = await execute(event);
        const { at, cursor } = event;
        if (!source.isCurrent(at)) continue;
        const json = Buffer.from(JSON.stringify(result));
        messages.push({ at, cursor, json });
        bytes += json.length;
        if (bytes < pageBytesMax) continue;
        yield { messages, to: at, isLast: false };
        messages = [];
        bytes = 0;
      }
      yield { messages, to, isLast };
    }
  };
}
