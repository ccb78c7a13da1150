import { Float, ID, Int } from 'type-graphql';
import { conclusionFields } from '../../api/conclusion-type.ts';
import { DateTimeScalar, enumType, objectType, orNull } from '../../api/declare-type.ts';
import { connectionOf } from '../../lists/connection-type.ts';
import { filterOf } from '../../lists/filters-type.ts';
import type { ListField } from '../../lists/list-fields.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import {
  habitDays,
  habitDaysMin,
  unusualPauses,
  type MissingReason,
  type MissingCallbackField,
} from './missing-callbacks.ts';

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
export const missingCallbackFields = {
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
export const MissingCallbackFilter = filterOf('MissingCallbackFilter', 'missing callbacks', missingCallbackFields, {
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
export const MissingCallbackConnection = connectionOf(MissingCallback, 'MissingCallback', 'missing callbacks');
