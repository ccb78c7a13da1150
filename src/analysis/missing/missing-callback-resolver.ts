import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Query, Resolver, Root, Float, ID } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { analysisCost, pageCost } from '../../api/cost.ts';
import { DateTimeScalar, enumType, objectType, orNull, conclusionFields } from '../../api/declare-type.ts';
import { writePartId } from '../../api/node-id.ts';
import { derivedUuid } from '../../kernel/encoding.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { toConnection, toPageRequest, type OrderedList } from '../../lists/connect-resolver.ts';
import { type Connection, connectionOf } from '../../lists/connection-type.ts';
import { filterOf } from '../../lists/filters-type.ts';
import { toCondition } from '../../lists/conditions.ts';
import { listArgsOf, orderOf, toListOrder } from '../../lists/list-args-type.ts';
import { RelayTask, toRelayTask } from '../../relay/relay-task-type.ts';
import { StreamSession, toStreamSession } from '../../sessions/stream-session-type.ts';
import { silentAfterSecondsDefault, silentAfterSecondsMax } from '../../sessions/stream-session-view.ts';
import { statisticsWithin } from '../statistics/statistics-resolver.ts';
import { openWindowOf } from '../windows-type.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import {
  type MissingCallback as MissingCallbackRow,
  type MissingCallbackOrder,
  type MissingReason,
  habitDays,
  habitDaysMin,
  unusualPauses,
  type MissingCallbackField,
} from './missing-callbacks.ts';
import type { ListField } from '../../lists/list-fields.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';

const MissingReasonEnum = enumType<MissingReason>('MissingReason', 'What shows that a callback is missing.', {
  SUPERSEDED_WITHOUT_END:
    'A newer push of the stream began, but no interruption of this one arrived. It should have come by then.',
  END_WITHOUT_START:
    'An interruption arrived, but no push callback. It should have come at the start that follows from the duration.',
  LIVE_BUT_SILENT:
    'Nothing was heard of a live session for longer than `silentAfterSeconds`. If it has ended, its interruption is missing.',
  RUN_WITHOUT_START:
    'A run of a relay task has files, alarms or an exit, but no TaskStart. It should have come between the exit of the previous run and the first callback of this one.',
  FILE_WITHOUT_START:
    'A source file finished more often than it was started in its run. A VodSourceFileStart should have come before the last finish, but not before the run began; if it is unknown when that was, at the earliest with its first callback, or the file’s duration before the finish if that is earlier.',
  DOMAIN_SILENT: `A domain is unusually silent: it pushed on at least ${habitDaysMin} of the ${habitDays} days before the end of the time range, and then not for ${unusualPauses} times its longest pause between pushes on those days. Any of its callbacks may be missing.`,
});

const { appId, domain, path, streamId } = streamSessionFields;

/** The fields by which missing callbacks can be filtered. */
const missingCallbackFields = {
  appId,
  domain,
  path,
  streamId,
  reason: {
    kind: 'MissingReason',
    filter: 'By what shows that the callback is missing.',
    compares: 'what shows that a callback is missing',
  },
} as const satisfies Readonly<Record<MissingCallbackField, ListField>>;

/** The input by which missing callbacks are selected. */
const MissingCallbackFilter = filterOf('MissingCallbackFilter', 'missing callbacks', missingCallbackFields, {
  enums: { MissingReason: MissingReasonEnum },
});

const MissingFile = objectType('MissingFile', 'The source file of a relay task that a missing callback is about.', {
  index: [orNull(Int), 'Index in the list of source files, from 0. Null if unknown.'],
  url: [orNull(String), 'The URL in its newest callback.', { hidden: 'CREDENTIALS' }],
});

export const MissingCallback = objectType(
  'MissingCallback',
  'A callback that should have come and did not, with what shows it and how sure that is. Whatever is said, it may be in quarantine or wait in a spool, or CSS may not be set up to send callbacks of this type for the domain.',
  {
    id: [
      ID,
      'Opaque id, by the reason and by what it is about, for the caches of clients. Nothing can be looked up by it.',
    ],
    reason: [MissingReasonEnum, 'What shows that it is missing.'],
    ...conclusionFields,
    eventType: [
      orNull(Int),
      '`event_type` of the missing callback: 0 interruption, 1 push, 314 relay. Null: any type.',
    ],
    callbackEvent: [
      orNull(String),
      '`callback_event` of the missing relay callback, such as `TaskStart`. Null for other callbacks.',
    ],
    expectedFromMs: [
      orNull(DateTimeScalar),
      'The earliest moment at which the event can have happened, by the clock of `expectedTo`. Null if unknown.',
    ],
    expectedToMs: [
      DateTimeScalar,
      'The latest moment at which the event can have happened: by CSS’s clock, or by arrivals if the callbacks that show it carry no time. For silent sessions and domains, the end of the requested time range.',
    ],
    appId: [ID, 'The account.'],
    domain: [orNull(String), 'Push domain. Null if unknown.'],
    path: [orNull(String), 'Push path. Null if unknown, and for a whole domain.'],
    streamId: [orNull(String), 'Stream name. Null if unknown, and for a whole domain.'],
    run: [orNull(Int), 'Number of the run in `runs` of `relayTask`. Null if it is not about a relay task.'],
    file: [orNull(MissingFile), 'The source file. Only for FILE_WITHOUT_START.'],
    usualPauseMs: [orNull(Float), 'Only for DOMAIN_SILENT: the longest usual pause between pushes, in milliseconds.'],
  },
);
export type MissingCallback = InstanceType<typeof MissingCallback> & {
  /** For the resolvers. */
  sessionRow: number | null;
  taskRow: number | null;
};

/** A page of missing callbacks, with cursors at both ends. */
const MissingCallbackConnection = connectionOf(MissingCallback, 'MissingCallback', 'missing callbacks');

const MissingCallbackOrderInput = orderOf<MissingCallbackOrder>('MissingCallback', 'missing callbacks', {
  EXPECTED_AT: 'By `expectedTo`.',
});

const MissingCallbackListArgs = listArgsOf<MissingCallbackOrder>(MissingCallbackFilter, MissingCallbackOrderInput, {
  listed: 'missing callbacks',
  byDefault: 'EXPECTED_AT',
});

@ArgsType()
class MissingCallbackArgs extends MissingCallbackListArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The beginning of the time range in which they should have come. Default: no limit.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The end of that time range. Default: now. Sessions and domains count as silent as of this moment, judged by what is recorded now.',
  })
  to?: number | null;

  @Field(() => Int, {
    defaultValue: silentAfterSecondsDefault,
    description: `Seconds without a callback after which a live session is LIVE_BUT_SILENT, 1 to ${silentAfterSecondsMax}.`,
  })
  silentAfterSeconds!: number;
}

/** The time that was asked for, and when a session is silent, in milliseconds. @throws LedgerError - BAD_USER_INPUT */
function missingCallbackTimesOf({ silentAfterSeconds, ...times }: MissingCallbackArgs): {
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
} {
  if (silentAfterSeconds < 1 || silentAfterSeconds > silentAfterSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `silentAfterSeconds must be 1 to ${silentAfterSecondsMax}.`);
  }
  return { window: openWindowOf(times), silentAfterMs: silentAfterSeconds * 1_000 };
}

@Resolver(() => MissingCallback)
export class MissingCallbackResolver {
  @Query(() => MissingCallbackConnection, {
    nullable: true,
    complexity: (cost) => analysisCost + pageCost(cost),
    description: `Callbacks that should have come in a time range and did not, each with what shows it. Computed again for each page from what is recorded then; \`totalCount\` is exact. ${statisticsWithin}`,
  })
  async missingCallbacks(
    @Ctx() context: GraphqlContext,
    @Args(() => MissingCallbackArgs) args: MissingCallbackArgs,
  ): Promise<Connection<MissingCallback>> {
    const { filter, orderBy, ...rest } = args;
    const list: OrderedList<MissingCallbackOrder> = {
      name: 'missingCallbacks',
      order: toListOrder(orderBy, 'EXPECTED_AT'),
    };
    const { direction, from, rowsMax } = toPageRequest(list, rest);
    const { answer, checkpoint, version } = await context.analyses.ask({
      kind: 'missingCallbacks',
      condition: toCondition(missingCallbackFields, filter),
      ...missingCallbackTimesOf(args),
      order: list.order,
      direction,
      from,
      rowsMax,
    });
    return toConnection({ list, direction, page: { ...answer, checkpoint }, toNode, version }, context);
  }

  @FieldResolver(() => StreamSession, {
    nullable: true,
    complexity: 1,
    description: 'The session. It is read separately from the analysis, so its facts can be slightly newer or older.',
  })
  streamSession(@Root() { sessionRow }: MissingCallback, @Ctx() { readModel }: GraphqlContext): StreamSession | null {
    const row = sessionRow === null ? null : readModel.streamSessionById(sessionRow);
    return row === null ? null : toStreamSession(row);
  }

  @FieldResolver(() => RelayTask, {
    nullable: true,
    complexity: 1,
    description:
      'The relay task. It is read separately from the analysis, so its facts can be slightly newer or older.',
  })
  relayTask(@Root() { taskRow }: MissingCallback, @Ctx() { readModel }: GraphqlContext): RelayTask | null {
    const row = taskRow === null ? null : readModel.relay.taskByRow(taskRow);
    return row === null ? null : toRelayTask(row);
  }
}

type CallbackType = Pick<MissingCallback, 'eventType' | 'callbackEvent'>;

const typeOf: Readonly<Record<MissingReason, CallbackType>> = {
  SUPERSEDED_WITHOUT_END: { eventType: 0, callbackEvent: null },
  LIVE_BUT_SILENT: { eventType: 0, callbackEvent: null },
  END_WITHOUT_START: { eventType: 1, callbackEvent: null },
  RUN_WITHOUT_START: { eventType: 314, callbackEvent: 'TaskStart' },
  FILE_WITHOUT_START: { eventType: 314, callbackEvent: 'VodSourceFileStart' },
  DOMAIN_SILENT: { eventType: null, callbackEvent: null },
};

function toNode(row: MissingCallbackRow): MissingCallback {
  const { reason, firstPosition, run, file } = row;
  // A file without an index has a URL, which may have credentials.
  const ofFile = file === null ? null : (file.index ?? derivedUuid(file.url ?? ''));
  return { ...row, ...typeOf[reason], id: writePartId('MissingCallback', [reason, firstPosition, run, ofFile]) };
}
