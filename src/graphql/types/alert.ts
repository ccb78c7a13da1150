import { GraphQLJSON } from 'graphql-scalars';
import type { AlertKind } from '../../domain/alerts/alert-kinds.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumType, objectType } from './declare.ts';

const AlertKindEnum = enumType<AlertKind>('AlertKind', 'What a rule of alerts is about.', {
  PUSH_ENDED: 'A stream whose newest push was ended by other than its client.',
  NOT_LIVE: 'A stream that is not live when it should be.',
  FLAPPING: 'A stream that is pushed anew again and again.',
  DOMAIN_SILENT: 'A domain of which no callbacks come.',
  RELAY_EXIT: 'A relay task that has exited.',
  RELAY_ALARM: 'An alarm of a relay task.',
  MISSING: 'A callback that should have come.',
  QUARANTINE: 'Callbacks in quarantine that wait for a decision.',
  SERVICE: 'Trouble of this service.',
});

const fields = {
  id: [String, 'Its id in messages: the same at its beginning and its end.'],
  rule: [String, 'The name of its rule.'],
  when: [AlertKindEnum, 'What the rule is about.'],
  beganAtMs: [DateTimeScalar, 'When it began, by the clock of this service.'],
  summary: [
    String,
    'What was the case when it began, in one sentence; where it ended and nobody knows whether it is over, that as well.',
  ],
  facts: [GraphQLJSON, 'What it is about, as it was then: names, codes, counts.'],
} as const;

export const Alert = objectType(
  'Alert',
  'An alert that has begun and not ended, by the rules of `ALERTS_FILE`.',
  fields,
);
export type Alert = InstanceType<typeof Alert>;

export const EndedAlert = objectType(
  'EndedAlert',
  'An alert that has begun and ended, by the rules of `ALERTS_FILE`.',
  {
    ...fields,
    endedAtMs: [DateTimeScalar, 'When it ended, by the clock of this service.'],
  },
);
export type EndedAlert = InstanceType<typeof EndedAlert>;
