import { innerListComplexity, offeredValuesMax } from './cost.ts';
import { CallbackRecord } from '../callbacks/callback-record-type.ts';
import { objectType, orNull } from './declare-type.ts';

const OfferedValue = objectType(
  'OfferedValue',
  'What a callback says about a field whose value came from another callback.',
  {
    value: [String, 'The value, as in `FieldExplanation`.'],
    callback: [CallbackRecord, 'The callback that says it.'],
  },
);

export const FieldExplanation = objectType('FieldExplanation', 'Where the value of a field comes from.', {
  field: [String, 'The name of the field, such as `startedAt`.'],
  value: [
    orNull(String),
    'Its value as text: times in ISO 8601, numbers as digits. Null if it has none. For viewers, "(hidden)" replaces credentials.',
  ],
  setBy: [orNull(CallbackRecord), 'The callback that set it. Null if no callback that counts has a value for it.'],
  others: [
    [OfferedValue],
    `Differing values of other callbacks that were not used, in the order of the log: the first ${offeredValuesMax}.`,
    { complexity: innerListComplexity },
  ],
});
export type FieldExplanation = InstanceType<typeof FieldExplanation>;
