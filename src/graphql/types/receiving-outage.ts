import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  outageCauses,
  type OutageCause,
  type ReceivingOutage as Outage,
} from '../../domain/receiving/receiving-outage.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumOf } from './enum-of.ts';

const OutageCauseEnum = enumOf<OutageCause>(outageCauses);
registerEnumType(OutageCauseEnum, {
  name: 'OutageCause',
  description: 'Why no callbacks could be taken.',
  valuesConfig: {
    STOPPED: {
      description:
        'The process was stopped, until it was started again. Behind the primary process, callbacks wait for the next one meanwhile.',
    },
    LOST: {
      description:
        'The process ended without being stopped, or the log was restored from an older copy. `from` is when the newest callback that is left was recorded: the process may have taken callbacks for a while after that, had any come.',
    },
    STORE_UNAVAILABLE: { description: 'The log could not be written, and no spool had room: callbacks were refused.' },
    STORE_OVERLOADED: { description: 'Too many callbacks were waiting to be made durable: others were refused.' },
  },
});

@ObjectType({
  description:
    'A time in which one receiving node could not take callbacks. With the embedded log, which has one node, nobody could take them then. With several nodes another one may have: no callback says which node took it, so the log cannot say either. Recorded by the node itself, once it could take them again: one that goes on is not listed.',
})
export class ReceivingOutage implements Outage {
  @Field(() => OutageCauseEnum, { description: 'Why.' })
  cause!: OutageCause;

  @Field(() => DateTimeScalar, { name: 'from', description: 'Since when, by the clock of the node.' })
  fromMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'to',
    description: 'Until when: of a stop the next start, of refusals the last one.',
  })
  toMs!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many callbacks were refused, repetitions included. Null where nobody could answer them.',
  })
  refused!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The node, by a random name that is kept in its DATA_DIR: another one may have taken callbacks meanwhile. Null with the embedded log, which has one.',
  })
  node!: string | null;
}
