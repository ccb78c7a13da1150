import { IsOptional, ValidateNested } from 'class-validator';
import { Field, InputType, type ClassType } from 'type-graphql';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import type {
  CallbackField,
  RelayRunField,
  RelayTaskField,
  ComparisonOperator,
  Condition,
  FieldCondition,
} from './listing.ts';
import type { FieldKind, ListFields } from './list-fields.ts';
import { streamSessionFields } from '../sessions/stream-session-fields.ts';
import type { BroadcastField } from '../analysis/broadcasts/broadcasts.ts';
import type { MissingCallbackField } from '../analysis/missing/missing-callbacks.ts';
import { conjunctsOf } from './conditions.ts';
import type { QuarantineListField } from '../quarantine/quarantine-rows.ts';
import {
  DateTimeFilter,
  EnumFilters,
  ExactStringFilter,
  FloatFilter,
  IdFilter,
  IntFilter,
  ExistenceFilter,
  SomeIntFilter,
  SomeStringFilter,
  StringFilter,
} from './comparisons-type.ts';
import type { ListFilter } from './list-args-type.ts';
import { silenceCondition, SilenceFilter } from '../sessions/silence-type.ts';

type Comparison = readonly [type: ClassType, description: string];

/** Makes the filter of a list from its fields: every field that the read model can filter by has one entry. */
function filterOf<ListField extends string>(
  name: string,
  listed: string,
  fields: Readonly<Record<ListField, Comparison>>,
): ClassType {
  @InputType(name, {
    description: `Which ${listed} a list contains. All given fields must match; \`null\` is ignored.`,
  })
  class FilterInput {}

  const add = (field: string, type: () => ClassType | [ClassType], description: string) => {
    const decorators = [Field(type, { nullable: true, description }), IsOptional(), ValidateNested()];
    for (const decorate of decorators) decorate(FilterInput.prototype, field);
  };
  for (const [field, [type, description]] of Object.entries<Comparison>(fields)) add(field, () => type, description);
  add('and', () => [FilterInput], 'All of these filters match. An empty list matches everything.');
  add('or', () => [FilterInput], 'At least one of these filters matches. An empty list matches nothing.');
  add('not', () => FilterInput, 'This filter does not match. Also matches if a value that it compares is unknown.');
  return FilterInput;
}

const comparisonOfKind: Readonly<Record<FieldKind, ClassType>> = {
  ID: IdFilter,
  TEXT: StringFilter,
  INT: IntFilter,
  TIME: DateTimeFilter,
  MILLISECONDS: FloatFilter,
  ...EnumFilters,
};

function comparisonsOfFields(fields: ListFields): Record<string, Comparison> {
  const comparisons = Object.entries(fields).flatMap(([name, { kind, filter }]) =>
    filter === undefined ? [] : [[name, [comparisonOfKind[kind], filter]] as const],
  );
  return Object.fromEntries(comparisons);
}

/** The input by which lists and subscriptions select sessions. */
export const StreamSessionFilter = filterOf('StreamSessionFilter', 'stream sessions', {
  ...comparisonsOfFields(streamSessionFields),
  isSilent: [
    SilenceFilter,
    'By whether it is live and nothing was heard of it for a while: see `lastHeardAt`. Only in the list `streamSessions`.',
  ],
});

/** The names of a stream. */
const streamComparisons: Readonly<Record<BroadcastField, Comparison>> = {
  appId: [IdFilter, 'By account.'],
  domain: [StringFilter, 'By push domain, case-insensitively.'],
  path: [StringFilter, 'By push path.'],
  streamId: [StringFilter, 'By stream name.'],
};

/** The input by which broadcasts are selected: the fields that all sessions of a stream have in common, so that none is missing. */
export const BroadcastFilter = filterOf<BroadcastField>('BroadcastFilter', 'broadcasts', streamComparisons);

/** The input by which missing callbacks are selected. */
export const MissingCallbackFilter = filterOf<MissingCallbackField>('MissingCallbackFilter', 'missing callbacks', {
  ...streamComparisons,
  reason: [EnumFilters.MissingReason, 'By what shows that the callback is missing.'],
});

const RelayRunFilter = filterOf<RelayRunField>('RelayRunFilter', 'runs', {
  startedAt: [DateTimeFilter, 'By when it began, by CSS’s clock.'],
  startReceivedAt: [DateTimeFilter, 'By when its TaskStart arrived, by the receiver’s clock.'],
  exitedAt: [DateTimeFilter, 'By when it exited, by CSS’s clock.'],
  exitReceivedAt: [
    DateTimeFilter,
    'By when its TaskExit arrived, by the receiver’s clock. `{ isNull: true }`: it has not exited.',
  ],
  exitCode: [IntFilter, 'By the code of its exit.'],
  attribution: [EnumFilters.Attribution, 'By how its exit was matched to the task.'],
});

/** The input by which lists and subscriptions select tasks. */
export const RelayTaskFilter = filterOf<RelayTaskField>('RelayTaskFilter', 'relay tasks', {
  appId: [IdFilter, 'By account.'],
  taskId: [IdFilter, 'By task id.'],
  state: [EnumFilters.RelayTaskState, 'By state.'],
  streamId: [StringFilter, 'By the stream that the task pushes to.'],
  domain: [StringFilter, 'By the domain that the task pushes to, case-insensitively.'],
  path: [StringFilter, 'By the path that the task pushes to.'],
  toUrl: [ExactStringFilter, 'By the URL that the task pushes to, as sent.'],
  sourceUrl: [SomeStringFilter, 'By any of the URLs that the task pulls from, as sent.'],
  exitCode: [IntFilter, 'By the code of the newest exit.'],
  everExitedWith: [SomeIntFilter, 'By the code of any exit of the task.'],
  startedAt: [DateTimeFilter, 'By when the newest run began, by CSS’s clock.'],
  startReceivedAt: [
    DateTimeFilter,
    'By when the TaskStart of the newest run arrived, by the receiver’s clock. Also finds starts without a time.',
  ],
  exitedAt: [DateTimeFilter, 'By when the newest exit happened, by CSS’s clock.'],
  exitReceivedAt: [
    DateTimeFilter,
    'By when the newest exit arrived, by the receiver’s clock. Also finds exits without a time.',
  ],
  runs: [RelayRunFilter, 'By any run of the task: one and the same run must match all of this.'],
  alarm: [SomeStringFilter, 'By the type of any alarm of the task, such as `PushStreamFailed`.'],
});

/** The input by which lists and subscriptions select recorded callbacks; conditions on rows of other tables are the server's own. */
export const CallbackFilter = filterOf<Exclude<CallbackField, 'sessionRow' | 'taskRow'>>(
  'CallbackFilter',
  'callbacks',
  {
    eventType: [IntFilter, 'By `event_type`: 1 push, 0 interruption, 314 relay.'],
    callbackEvent: [StringFilter, 'By `callback_event` of relay callbacks, such as `TaskExit`.'],
    occurredAt: [DateTimeFilter, 'By when it happened, by CSS’s clock.'],
    receivedAt: [DateTimeFilter, 'By when it first arrived, by the receiver’s clock.'],
    signature: [EnumFilters.Signature, 'By how its first arrival was authenticated.'],
    appId: [IdFilter, 'By account.'],
    streamId: [
      StringFilter,
      'By the stream of its session, or the stream that its task pushes to. Callbacks with neither, such as those of recordings: by `stream_id` of the body.',
    ],
    domain: [
      StringFilter,
      'By the domain of its session, or the domain that its task pushes to, case-insensitively. Callbacks with neither: by `app` of the body.',
    ],
    taskId: [IdFilter, 'By the relay task that it belongs to, whether it names the task or was matched to it.'],
    relayTask: [
      ExistenceFilter,
      'By whether a relay callback was matched to a task: `{ isNull: true }` lists those without one. Other callbacks never match.',
    ],
  },
);

/** The input by which the list for operators selects what is in quarantine. */
export const QuarantineFilter = filterOf<QuarantineListField>('QuarantineFilter', 'callbacks in quarantine', {
  reason: [EnumFilters.QuarantineReason, 'By why the callback is in quarantine.'],
  status: [EnumFilters.QuarantineStatus, 'By what was decided about the callback.'],
  receivedAt: [DateTimeFilter, 'By when the callback arrived, by the receiver’s clock.'],
  appId: [IdFilter, 'By the account that the body names.'],
});

/** Levels of filters inside filters. Three are enough for every condition: an `or` of `and`s of single comparisons, and `not`. */
export const filterDepthMax = 8;

/** Comparisons and filters in one filter: each row that is examined is compared with all of them. */
export const filterPartsMax = 50;

/**
 * The condition that a filter sets for rows. `null` means the same as an absent field.
 * `clock`: the moment at which sessions are silent or not; null if no moment would be right.
 * @throws LedgerError - BAD_USER_INPUT for a filter that is too deep or has too many parts
 */
export function toCondition<ListField extends string>(
  filter: ListFilter | null | undefined,
  clock: Clock | null = null,
): Condition<ListField> {
  let parts = 0;
  return allOf(filter ?? {}, 1);

  function allOf(one: ListFilter, depth: number): Condition<ListField> {
    if (depth > filterDepthMax) {
      throw refusal(`The filter nests more than ${filterDepthMax} levels deep. Flatten its and, or and not.`);
    }
    countPart();
    return { and: givenEntries(one).flatMap(([name, value]) => partsOf(name, value, depth)) };
  }

  function partsOf(name: string, value: unknown, depth: number): Condition<ListField>[] {
    const inner = () => (value as ListFilter[]).map((one) => allOf(one, depth + 1));
    if (name === 'and') return [{ and: inner() }];
    if (name === 'or') return [{ or: inner() }];
    if (name === 'not') return [{ not: allOf(value as ListFilter, depth + 1) }];
    if (name === 'isSilent') {
      countPart();
      return [silenceCondition(value as SilenceFilter, clock) as Condition<ListField>];
    }
    if (name === 'runs') return someOf(name as ListField, allOf(value as ListFilter, depth + 1));
    return givenEntries(value as object).map(([operator, operand]) => {
      countPart();
      return comparison(name as ListField, operator as FieldCondition<ListField>['operator'], operand);
    });
  }

  function countPart(): void {
    parts += 1;
    if (parts > filterPartsMax) {
      throw refusal(
        `The filter has more than ${filterPartsMax} parts, each comparison and each filter inside it being one. Use in instead of many eq.`,
      );
    }
  }
}

/** A filter without a comparison sets no condition, here as everywhere: it does not ask whether there is an entry. */
function someOf<ListField extends string>(field: ListField, meets: Condition<string>): Condition<ListField>[] {
  return conjunctsOf(meets).length === 0 ? [] : [{ someOf: field, meets }];
}

function givenEntries(input: object): [name: string, value: unknown][] {
  return Object.entries(input).filter(([, value]) => value != null);
}

function comparison<ListField extends string>(
  field: ListField,
  operator: FieldCondition<ListField>['operator'],
  operand: unknown,
): FieldCondition<ListField> {
  if (operator === 'isNull') return { field, operator, isNull: operand === true };
  // Rows have host names in lower case, because case makes no difference in them.
  const read = <Value>(value: Value) =>
    field === 'domain' && typeof value === 'string' ? (value.toLowerCase() as Value) : value;
  if (operator === 'in' || operator === 'notIn') {
    return { field, operator, values: (operand as (string | number)[]).map(read) };
  }
  return { field, operator: operator satisfies ComparisonOperator, value: read(operand as string | number) };
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
}
