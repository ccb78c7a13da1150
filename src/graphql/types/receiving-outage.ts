import { Int } from 'type-graphql';
import type { OutageCause } from '../../domain/receiving/receiving-outage.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumType, objectType, orNull } from './declare.ts';

const OutageCauseEnum = enumType<OutageCause>('OutageCause', 'Why no callbacks could be taken.', {
  STOPPED:
    'The process was stopped, until it was started again. Behind the primary process, callbacks wait for the next one meanwhile.',
  LOST: 'The process ended without being stopped, or the log was restored from an older copy. `from` is when the newest callback that is left was recorded: the process may have taken callbacks for a while after that, had any come.',
  STORE_UNAVAILABLE: 'The log could not be written, and no spool had room: callbacks were refused.',
  STORE_OVERLOADED: 'Too many callbacks were waiting to be made durable: others were refused.',
});

export const ReceivingOutage = objectType(
  'ReceivingOutage',
  'A time in which one receiving node could not take callbacks. With the embedded log, which has one node, nobody could take them then. With several nodes another one may have: no callback says which node took it, so the log cannot say either. Recorded by the node itself, once it could take them again: one that goes on is not listed.',
  {
    cause: [OutageCauseEnum, 'Why.'],
    fromMs: [DateTimeScalar, 'Since when, by the clock of the node.'],
    toMs: [DateTimeScalar, 'Until when: of a stop the next start, of refusals the last one.'],
    refused: [
      orNull(Int),
      'How many callbacks were refused, repetitions included. Null where nobody could answer them.',
    ],
    node: [
      orNull(String),
      'The node, by a random name that is kept in its DATA_DIR: another one may have taken callbacks meanwhile. Null with the embedded log, which has one.',
    ],
  },
);
export type ReceivingOutage = InstanceType<typeof ReceivingOutage>;
