import { Float, ID, Int } from 'type-graphql';
import { objectType, orNull } from './declare.ts';

export const CallbackSetup = objectType(
  'CallbackSetup',
  'What the process that answers accepts callbacks by. Counts only: no key and no token is ever shown.',
  {
    takesCallbacks: [
      Boolean,
      'Whether this process takes callbacks, at `/callbacks/css`: whether it has the role `receive`.',
    ],
    keys: [Int, 'How many callback keys it has, from CSS_CALLBACK_KEYS. They check `sign`.'],
    tokens: [
      Int,
      'How many tokens of the callback URL it has, from CSS_CALLBACK_TOKENS. Relay callbacks are not signed, so they need one. With neither keys nor tokens every callback is accepted.',
    ],
  },
);
export type CallbackSetup = InstanceType<typeof CallbackSetup>;

export const TestCallback = objectType('TestCallback', 'What became of a test callback.', {
  testId: [
    ID,
    '`test_id` of its body. Its `callback_event` is `LiveLedgerTest`; it belongs to no session and no task.',
  ],
  accepted: [Boolean, 'Whether it was answered 200: it is durable, and `callbacks` will list it.'],
  status: [orNull(Int), 'The status of the answer. Null if none came.'],
  durationMs: [Float, 'Milliseconds until the answer.'],
  message: [String, 'What happened, in one sentence.'],
});
export type TestCallback = InstanceType<typeof TestCallback>;
