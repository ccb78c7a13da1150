import type { GraphQLResolveInfo } from 'graphql';
import { LedgerError } from '../kernel/errors.ts';
import { conjunctsOf, isFieldCondition, onlyValueOf, unchangingPart } from './conditions.ts';
import type { Condition, RelayTaskField } from './listing.ts';
import { pastCallbacksMax, pastTooCostly, type PastCallback } from './past.ts';
import { changingSessionFields, type StreamSessionField } from '../sessions/stream-session-fields.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import { accountsNamedMax, type GraphqlContext } from '../api/context.ts';
import { momentOf, type AsOf } from './as-of-type.ts';
import { selectsField } from '../api/selects-field.ts';

/** Sessions of a stream that are folded again for a list: each needs look-ups on the main thread. */
const pastSessionsMax = 200;

/**
 * The sessions of one stream as they were at a moment, and the tasks that fed them if the operation selects these.
 * @throws LedgerError - BAD_USER_INPUT if the filter does not name one stream; OPERATION_TOO_COSTLY if it has too many sessions
 */
export async function openPastOfStream(
  asOf: AsOf,
  condition: Condition<StreamSessionField>,
  context: GraphqlContext,
  info: GraphQLResolveInfo,
): Promise<ReadModelReader> {
  onlyValue(condition, 'streamId');
  const withTasks = selectsField(info, 'relayTasks');
  const { readModel, rows: budget } = context;
  const moment = momentOf(asOf, context);
  const found = readModel.streamSessions({
    // Fields that change may have had other values then.
    condition: unchangingPart(condition, changingSessionFields),
    order: { by: 'STARTED_AT', descending: true },
    ...{ direction: 'forwards', from: null, rowsMax: pastSessionsMax, countMax: null, budget },
  });
  if (found.hasNextPage) {
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `More than ${pastSessionsMax} sessions would have to be folded again to answer as of that moment. Ask for single sessions.`,
    );
  }
  const callbacks = found.rows.map(({ row }) => readModel.past.callbacksOfSession(row.id, moment.position, withTasks));
  return context.openPast(together(callbacks), moment);
}

/**
 * One relay task as it was at a moment, or one of each account that uses its id; and the sessions that it fed if the
 * operation selects these.
 * @throws LedgerError - BAD_USER_INPUT if the filter does not name one task; OPERATION_TOO_COSTLY
 */
export async function openPastOfTask(
  asOf: AsOf,
  condition: Condition<RelayTaskField>,
  context: GraphqlContext,
  info: GraphQLResolveInfo,
): Promise<ReadModelReader> {
  const withSessions = selectsField(info, 'streamSessions');
  const taskId = onlyValue(condition, 'taskId');
  const { readModel } = context;
  const moment = momentOf(asOf, context);
  const tasks = readModel.relay.tasksByTaskId(taskId, null, accountsNamedMax);
  return context.openPast(
    together(tasks.map(({ id }) => readModel.past.callbacksOfTask(id, moment.position, withSessions))),
    moment,
  );
}

/** The one value that a filter allows a field. */
function onlyValue(condition: Condition<string>, field: 'streamId' | 'taskId'): string {
  for (const part of conjunctsOf(condition)) {
    const value = isFieldCondition(part) && part.field === field ? onlyValueOf(part) : null;
    if (value !== null) return String(value);
  }
  throw new LedgerError('BAD_USER_INPUT', `asOf of a list needs a filter with one ${field}: { ${field}: { eq: … } }.`);
}

/** Each callback once, in the order of the log. */
function together(all: readonly (readonly PastCallback[])[]): readonly PastCallback[] {
  const found = new Map(all.flat().map((callback) => [callback.position, callback]));
  if (found.size > pastCallbacksMax) throw pastTooCostly();
  return [...found.values()].sort((one, other) => (one.position < other.position ? -1 : 1));
}
