import { innerListComplexity, offeredValuesMax } from '../cost.ts';
import { CallbackRecord } from './callback-record.ts';
import { objectType, orNull } from './declare.ts';

const OfferedValue = objectType('OfferedValue', 'What a callback says of a field, where another one was taken.', {
  value: [String, 'The value, as in `FieldExplanation`.'],
  callback: [CallbackRecord, 'The callback that says it.'],
});

export const FieldExplanation = objectType('FieldExplanation', 'Where the value of a field comes from.', {
  field: [String, 'The name of the field, such as `startedAt`.'],
  value: [
    orNull(String),
    'Its value as a text: times in ISO 8601, numbers by their digits. Null if it has none. For viewers, "(hidden)" replaces credentials.',
  ],
  setBy: [orNull(CallbackRecord), 'The callback that set it. Null if none of those that count says anything of it.'],
  others: [
    [OfferedValue],
    `What other callbacks say that differs, and was not taken, in the order of the log: the first ${offeredValuesMax}.`,
    { complexity: innerListComplexity },
  ],
});
export type FieldExplanation = InstanceType<typeof FieldExplanation>;
