import { GraphQLJSON } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { alertKinds, type AlertKind } from '../../domain/alerts/alert-kinds.ts';
import type { CurrentAlert, EndedAlert as EndedAlertOfLog } from '../../domain/alerts/current-alerts.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumOf } from './enum-of.ts';

const AlertKindEnum = enumOf<AlertKind>(alertKinds);
registerEnumType(AlertKindEnum, {
  name: 'AlertKind',
  description: 'What a rule of alerts is about.',
  valuesConfig: {
    PUSH_ENDED: { description: 'A stream whose newest push was ended by other than its client.' },
    NOT_LIVE: { description: 'A stream that is not live when it should be.' },
    FLAPPING: { description: 'A stream that is pushed anew again and again.' },
    DOMAIN_SILENT: { description: 'A domain of which no callbacks come.' },
    RELAY_EXIT: { description: 'A relay task that has exited.' },
    RELAY_ALARM: { description: 'An alarm of a relay task.' },
    MISSING: { description: 'A callback that should have come.' },
    QUARANTINE: { description: 'Callbacks in quarantine that wait for a decision.' },
    SERVICE: { description: 'Trouble of this service.' },
  },
});

@ObjectType({ description: 'An alert that has begun and not ended, by the rules of `ALERTS_FILE`.' })
export class Alert implements Omit<CurrentAlert, 'key'> {
  @Field(() => String, { description: 'Its id in messages: the same at its beginning and its end.' })
  id!: string;

  @Field(() => String, { description: 'The name of its rule.' })
  rule!: string;

  @Field(() => AlertKindEnum, { description: 'What the rule is about.' })
  when!: AlertKind;

  @Field(() => DateTimeScalar, { name: 'beganAt', description: 'When it began, by the clock of this service.' })
  beganAtMs!: number;

  @Field(() => String, { description: 'What was the case when it began, in one sentence.' })
  summary!: string;

  @Field(() => GraphQLJSON, { description: 'What it is about, as it was then: names, codes, counts.' })
  facts!: CurrentAlert['facts'];
}

@ObjectType({ description: 'An alert that has begun and ended, by the rules of `ALERTS_FILE`.' })
export class EndedAlert extends Alert implements Omit<EndedAlertOfLog, 'key'> {
  @Field(() => DateTimeScalar, { name: 'endedAt', description: 'When it ended, by the clock of this service.' })
  endedAtMs!: number;
}
