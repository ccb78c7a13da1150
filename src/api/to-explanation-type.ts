import type { FieldExplanation as Explained } from '../callbacks/field-explanation.ts';
import type { Role } from './context.ts';
import { offeredValuesMax } from './cost.ts';
import type { CallbackRecord } from '../callbacks/callback-record-type.ts';
import type { FieldExplanation } from './explanation-type.ts';
import { hidden, textForRole } from './redact.ts';

/** Explained fields as objects of the schema; `toRecord` shows a callback, and is called only for callbacks that are shown. */
export function toFieldExplanations<Offering>(
  explained: readonly Explained<string, Offering>[],
  toRecord: (offering: Offering) => CallbackRecord,
  role: Role,
): FieldExplanation[] {
  return explained.map(({ field, value, setBy, others }) => ({
    field: isTime(field) ? field.slice(0, -'Ms'.length) : field,
    value: value === null ? null : shownValue(field, value, role),
    setBy: setBy === null ? null : toRecord(setBy),
    others: others.slice(0, offeredValuesMax).map((other) => ({
      value: shownValue(field, other.value, role),
      callback: toRecord(other.by),
    })),
  }));
}

function isTime(field: string): boolean {
  return field.endsWith('AtMs');
}

function shownValue(field: string, value: string | number, role: Role): string {
  if (isTime(field)) return new Date(value).toISOString();
  if (field === 'streamParam' && role !== 'operator') return hidden;
  return textForRole(String(value), role);
}
