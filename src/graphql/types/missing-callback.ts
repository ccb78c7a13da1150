import { Float, ID, Int } from 'type-graphql';
import { DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { MissingReasonEnum, SurenessEnum } from './missing-callback-enums.ts';
import { objectType, orNull } from './declare.ts';

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
