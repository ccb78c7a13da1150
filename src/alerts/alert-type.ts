import { GraphQLJSON } from 'graphql-scalars';
import type { AlertKind } from './alert-kinds-events.ts';
import { DateTimeScalar } from '../api/scalars-type.ts';
import { enumType, objectType } from '../api/declare-type.ts';

const AlertKindEnum = enumType<AlertKind>('AlertKind', 'What a rule of alerts is about.', {
  PUSH_ENDED: 'A stream whose newest push something other than its client ended.',
  NOT_LIVE: 'A stream that is not live when it should be.',
  FLAPPING: 'A stream that is pushed again and again.',
  DOMAIN_SILENT: 'A domain that sends no callbacks.',
  RELAY_EXIT: 'A relay task that has exited.',
  RELAY_ALARM: 'An alarm of a relay task.',
  MISSING: 'A callback that should have arrived.',
  QUARANTINE: 'Quarantined callbacks that wait for a decision.',
  SERVICE: 'Trouble of this service itself.',
});

const fields = {
  id: [String, 'Its id in messages: the same when it begins and when it ends.'],
  rule: [String, 'The name of its rule.'],
  when: [AlertKindEnum, 'What the rule is about.'],
  beganAtMs: [DateTimeScalar, 'When it began, by the clock of this service.'],
  summary: [
    String,
    'What was wrong when it began, in one sentence. If the alert ended although it is unknown whether the problem is over, the summary says so too.',
  ],
  facts: [GraphQLJSON, 'What it was about when it began: names, codes, counts.'],
} as const;

export const Alert = objectType(
  'Alert',
  'An alert that has begun and has not ended, by the rules of `ALERTS_FILE`.',
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
