import { Float, ID, Int } from 'type-graphql';
import { DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { objectType, orNull, enumType } from './declare.ts';
import type { MissingReason, Sureness } from '../../read-models/analysis/missing-callbacks.ts';
import { habitDays, habitDaysMin, unusualPauses } from '../../read-models/analysis/silent-domains.ts';

export const MissingReasonEnum = enumType<MissingReason>('MissingReason', 'What shows that a callback is missing.', {
  SUPERSEDED_WITHOUT_END:
    'A newer push of the stream began, and no interruption of this one arrived: it should have come until then.',
  END_WITHOUT_START: 'An interruption arrived, and no push: it should have come at the start that the duration gives.',
  LIVE_BUT_SILENT:
    'Nothing was heard of a live session for longer than `silentAfterSeconds`. If it has ended, its interruption is missing.',
  RUN_WITHOUT_START:
    'A run of a relay task has files, alarms or an exit, and no TaskStart: it should have come between the exit of the run before and the first callback of this one.',
  FILE_WITHOUT_START:
    'A source file finished more often than it was started in its run: a VodSourceFileStart should have come between the first callback of the run and the last finish.',
  DOMAIN_SILENT: `A domain fell silent against its habit: it pushed on at least ${habitDaysMin} of the ${habitDays} days before the end of the time, and then not for ${unusualPauses} times the longest pause between its pushes in them. Any of its callbacks may be missing.`,
});

const SurenessEnum = enumType<Sureness>(
  'Sureness',
  'How sure it is that CSS should have sent a callback that is missing.',
  {
    CERTAIN:
      'The record shows that it happened. Wrong only where CSS is not set up to send callbacks of this type for the domain, or where the callback is in quarantine or waits in a spool.',
    LIKELY:
      'What was recorded later needs it. Wrong where a relay task is not set up to report this event, where CSS sent an exit twice, or where nobody knows whether it happened before there was a record.',
    POSSIBLE:
      'Nothing may be missing: CSS sends nothing while a push goes on, nobody may have pushed, the callback may be of a time before the record began, or it should have come within 15 minutes of the end of the time and CSS still repeats it.',
  },
);

export const MissingFile = objectType(
  'MissingFile',
  'The source file of a relay task of which a callback is missing.',
  {
    index: [orNull(Int), 'Index in the list of source files, from 0. Null if unknown.'],
  },
);
export type MissingFile = InstanceType<typeof MissingFile> & {
  /** As sent, for the resolver that hides credentials. */
  url: string | null;
};

export const MissingCallback = objectType(
  'MissingCallback',
  'A callback that should have come, and did not: what shows it, and how sure that is.',
  {
    reason: [MissingReasonEnum, 'What shows that it is missing.'],
    sureness: [SurenessEnum, 'How sure it is that it should have come, and what would make it wrong.'],
    eventType: [orNull(Int), '`event_type` of what is missing: 0 interruption, 1 push, 314 relay. Null: of any type.'],
    callbackEvent: [orNull(String), '`callback_event` of the relay callback that is missing, such as `TaskStart`.'],
    expectedFromMs: [
      orNull(DateTimeScalar),
      'The earliest moment at which it can have happened, by CSS’s clock where that is known. Null: nobody can say.',
    ],
    expectedToMs: [
      DateTimeScalar,
      'The latest moment at which it can have happened; of what is silent, the end of the time that was asked for.',
    ],
    appId: [ID, 'The account.'],
    domain: [orNull(String), 'Push domain. Null if unknown.'],
    path: [orNull(String), 'Push path. Null if unknown, and of a whole domain.'],
    streamId: [orNull(String), 'Stream name. Null if unknown, and of a whole domain.'],
    run: [orNull(Int), 'Number of the run in `runs` of `relayTask`. Null where it is not about a relay task.'],
    file: [orNull(MissingFile), 'The source file, of FILE_WITHOUT_START.'],
    usualPauseMs: [
      orNull(Float),
      'Of DOMAIN_SILENT: the longest pause between pushes that was usual, in milliseconds.',
    ],
  },
);
export type MissingCallback = InstanceType<typeof MissingCallback> & {
  /** For the resolvers. */
  sessionRow: number | null;
  taskRow: number | null;
};

/** A page of them, with cursors at both ends. */
export const MissingCallbackConnection = connectionOf(MissingCallback, 'MissingCallback', 'missing callbacks');
