import { CallbackRecord } from '../callbacks/callback-type.ts';
import type { FieldExplanation as Explained } from '../sessions/session-explanation.ts';
import { hiddenPartOf, type ListFields } from '../lists/list-fields.ts';
import type { GraphqlContext } from './context.ts';
import { innerListComplexity, offeredValuesMax } from './cost.ts';
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
    'Its value as text: times in ISO 8601, numbers as digits. Null if it has none. Roles read of it what they read of the field itself.',
  ],
  setBy: [orNull(CallbackRecord), 'The callback that set it. Null if no callback that counts has a value for it.'],
  others: [
    [OfferedValue],
    `Differing values of other callbacks that were not used, in the order of the log: the first ${offeredValuesMax}.`,
    { complexity: innerListComplexity },
  ],
});
export type FieldExplanation = InstanceType<typeof FieldExplanation>;

/**
 * Explained fields as objects of the schema; `toRecord` shows a callback, and is called only for callbacks that are shown.
 * `fields` declares what only some roles may read of them.
 */
export function toFieldExplanations<Offering>(
  explained: readonly Explained<string, Offering>[],
  toRecord: (offering: Offering) => CallbackRecord,
  context: Pick<GraphqlContext, 'show'>,
  fields: ListFields = {},
): FieldExplanation[] {
  const shownValue = (field: string, value: string | number) =>
    isTime(field)
      ? new Date(value).toISOString()
      : context.show(String(value), hiddenPartOf(fields[field] ?? anyText) ?? 'CREDENTIALS');
  return explained.map(({ field, value, setBy, others }) => ({
    field: isTime(field) ? field.slice(0, -'Ms'.length) : field,
    value: value === null ? null : shownValue(field, value),
    setBy: setBy === null ? null : toRecord(setBy),
    others: others.slice(0, offeredValuesMax).map((other) => ({
      value: shownValue(field, other.value),
      callback: toRecord(other.by),
    })),
  }));
}

const anyText = { kind: 'TEXT' } as const;

function isTime(field: string): boolean {
  return field.endsWith('AtMs');
}
