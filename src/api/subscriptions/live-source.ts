import { LedgerError } from '../../kernel/errors.ts';
import { assertSameEvent, cursorAt, positionOfCursor, readLogCursor, type LogCursor } from '../../live/log-cursor.ts';
import {
  positionAfterCheckpoint,
  type Change,
  type Changes,
  type ReadChanges,
  type ChangePosition,
} from '../../projecting/changes.ts';
import type { ReadModelReader } from '../../projecting/file/read-model-reader.ts';
import type { GraphqlContext } from '../context.ts';

/** A change, as the root value of a message. */
export interface LiveEvent {
  readonly at: ChangePosition;
  readonly cursor: string;
  readonly value: object;
}

/** The events of a range in the order of changes. */
interface EventPage extends Pick<Changes<unknown>, 'to' | 'isLast'> {
  readonly events: readonly LiveEvent[];
}

/** The events of a subscription. They can be read from any position, by several readers at once. */
export interface LiveSource extends AsyncIterable<never> {
  /** Where the subscription begins. */
  readonly from: ChangePosition;
  /** Null if this node has projected everything up to `from`. */
  readonly wait: WaitForPosition | null;
  /** The read models whose state the events show; null if only the log matters. */
  readonly buildName: string | null;
  /**
   * Events after a position, all from one state of the read models; examines at most `rowsMax` rows.
   * @throws LedgerError - RESYNC: the state is of other read models than the subscription began with, and they matter
   */
  eventsAfter(position: ChangePosition, rowsMax: number, readModel: ReadModelReader): Promise<EventPage>;
  readonly cursorAt: (position: ChangePosition) => string;
}

/** Reads the changes after a position in one state of the read models. */
type ReadFrom<Found> = (readModel: ReadModelReader, position: ChangePosition, rowsMax: number) => Found;

/** Prepares the read once for each connection to the read models, if the subscription is the first of its group. */
export function byChanges<Row>(
  prepare: (changes: ReadModelReader['changes']) => ReadChanges<Row>,
): ReadFrom<Changes<Row>> {
  const prepared = new WeakMap<ReadModelReader['changes'], ReadChanges<Row>>();
  return ({ changes }, position, rowsMax) => {
    const read = prepared.get(changes) ?? prepare(changes);
    prepared.set(changes, read);
    return read(position, rowsMax);
  };
}

interface Subscribed<Row> {
  readonly after: string | null;
  /** Where the subscription begins without `after`: up to there, all changes are made. Left out: the checkpoint. */
  readonly madeTo?: bigint | null;
  readonly read: ReadFrom<Changes<Row> | Promise<Changes<Row>>>;
  /** Version of the projection whose state is shown; null if only the log matters. */
  readonly projectionVersion: number | null;
  readonly valueOf: (change: Change<Row>, cursor: string) => object;
}

/**
 * Opens the events of a subscription, from its cursor or from now on. It waits for a cursor ahead of the checkpoint,
 * even while it is not known whether the log has its position.
 * @throws LedgerError - CURSOR_INVALID, RESYNC
 */
export async function openLiveSource<Row>(
  { after, madeTo, read, projectionVersion, valueOf }: Subscribed<Row>,
  context: GraphqlContext,
): Promise<LiveSource> {
  const cursorOf = (position: ChangePosition) => cursorAt(position, context.ports.log, projectionVersion);
  const toEvent = (change: Change<Row>): LiveEvent => {
    const cursor = cursorOf(change.at);
    return { at: change.at, cursor, value: valueOf(change, cursor) };
  };
  const buildName = projectionVersion === null ? null : context.readModel.buildName;
  const now = madeTo === undefined ? context.readModel.checkpoint() : madeTo;
  const cursor = readStart(context.request.resumeAfter ?? after, projectionVersion, context);
  return {
    from: cursor === null ? positionAfterCheckpoint(now) : positionOfCursor(cursor),
    wait: cursor === null ? null : await openWait(cursor, context),
    buildName,
    async eventsAfter(position, rowsMax, readModel) {
      if (buildName !== null && readModel.buildName !== buildName) throw replaced();
      const { changes, to, isLast } = await read(readModel, position, rowsMax);
      return { events: changes.map(toEvent), to, isLast };
    },
    cursorAt: cursorOf,
    // graphql-js asks for an iterable, but only `read` is used.
    [Symbol.asyncIterator]() {
      throw new TypeError('The events of a subscription are read from a position.');
    },
  };
}

function replaced(): LedgerError {
  return new LedgerError('RESYNC', 'The projection was replaced after the cursor was issued. List again.');
}

/** Whether graphql-js returned a source, rather than a result with errors. */
export function isLiveSource(source: object): source is LiveSource {
  return 'eventsAfter' in source;
}

/** Null: from now on. */
function readStart(
  after: string | null,
  projectionVersion: number | null,
  { ports }: GraphqlContext,
): LogCursor | null {
  if (after === null) return null;
  const cursor = readLogCursor(after, ports.log);
  const isOfAnother = cursor.projectionVersion !== null && cursor.projectionVersion !== projectionVersion;
  if (projectionVersion !== null && isOfAnother) {
    throw replaced();
  }
  return cursor;
}

/** Resolves once this node has projected everything up to the position of a cursor, or the signal aborts. */
type WaitForPosition = (signal: AbortSignal) => Promise<void>;

/**
 * The wait for a cursor whose position this node has not projected yet; null if it has. Whether the log has the position is
 * asked until the event store can say: while its server is unavailable it can't.
 * @throws LedgerError - CURSOR_INVALID: the position is beyond the end of the log, or the log has another event there. The
 * wait also throws it if the log was restored meanwhile: positions are assigned again in the new epoch
 */
async function openWait(cursor: LogCursor, context: GraphqlContext): Promise<WaitForPosition | null> {
  const { log, notifications } = context.ports;
  const { epoch } = log;
  if (isProjected(cursor, context)) return null;
  let isKnown = await isInLog(cursor, context);
  return async (signal) => {
    while (!signal.aborted) {
      const { seen } = notifications;
      if (log.epoch !== epoch) {
        throw new LedgerError('CURSOR_INVALID', 'The log was restored after the cursor was issued. List again.');
      }
      if (isProjected(cursor, context)) return;
      isKnown ||= await isInLog(cursor, context);
      await notifications.after(seen, signal);
    }
  };
}

/** @throws LedgerError - CURSOR_INVALID: it has another event there */
function isProjected(cursor: LogCursor, { readModel, ports }: GraphqlContext): boolean {
  if (cursor.position > (readModel.checkpoint() ?? 0n)) return false;
  assertSameEvent(cursor, ports.log);
  return true;
}

/** False if this is not known. */
async function isInLog({ position }: LogCursor, { ports }: GraphqlContext): Promise<boolean> {
  const mayHave = await ports.mayHavePosition(position);
  if (mayHave === false) {
    throw new LedgerError('CURSOR_INVALID', 'The cursor is beyond the end of the log. List again.');
  }
  return mayHave === true;
}
