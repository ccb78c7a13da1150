import { ID } from 'type-graphql';
import { QuarantinedCallback } from './quarantined-callback.ts';
import { enumType, objectType, orNull } from './declare.ts';

export type QuarantineOutcome =
  'RELEASED' | 'DISCARDED' | 'ALREADY_RELEASED' | 'ALREADY_DISCARDED' | 'UNREADABLE' | 'NOT_FOUND' | 'NOT_STORED';

const QuarantineOutcomeEnum = enumType<QuarantineOutcome>(
  'QuarantineOutcome',
  'The outcome of a decision on one callback. Only RELEASED and DISCARDED changed anything.',
  {
    RELEASED: 'It is now released, and that is durable.',
    DISCARDED: 'It is now discarded, and that is durable.',
    ALREADY_RELEASED: 'It was released before. A release can’t be undone.',
    ALREADY_DISCARDED: 'It was discarded before. A discard can’t be undone.',
    UNREADABLE: 'Its body is not a JSON object: it can be discarded, but not released.',
    NOT_FOUND: 'No such callback is in quarantine, or it has been removed.',
    NOT_STORED: 'The log could not store the decision. Try again.',
  },
);

export const QuarantineDecision = objectType(
  'QuarantineDecision',
  'The result of a decision on one callback in quarantine.',
  {
    id: [ID, 'Of this decision alone, for the caches of clients. Nothing can be found by it.'],
    callbackId: [ID, 'The id that was given: that of the callback.'],
    outcome: [QuarantineOutcomeEnum, 'What the decision changed, or why it changed nothing.'],
    message: [String, 'The outcome in words.'],
    callback: [orNull(QuarantinedCallback), 'The callback after the decision. Null if there is none.'],
  },
);
export type QuarantineDecision = InstanceType<typeof QuarantineDecision>;
