import { LedgerError } from '../../kernel/errors.ts';
import { conjunctsOf, fieldsOf } from '../conditions.ts';
import type { Condition, ListOrder } from '../listing.ts';
import type { AccessPath, ListDefinition } from './list-definition.ts';
import { rowsExaminedMax } from './list-query.ts';

/** The refusal if no index has the order of a list and too many rows would have to be sorted; names the missing index. */
export function tooCostly(list: ListDefinition, condition: Condition<string>, { by }: ListOrder<string>): LedgerError {
  const fields = fieldsOf(conjunctsOf(condition)).filter((field) => isAskable(list, field));
  const missing = fields.length === 0 ? `in the order ${by}` : `by ${fields.join(' and ')} in the order ${by}`;
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `No index serves ${list.name} ${missing}, and there are more than the ${rowsExaminedMax} rows that may be sorted. ${adviceFor(list, by)}; docs/api.md lists what is served.`,
    { missingIndex: { list: list.name, fields, order: by } },
  );
}

/** The refusal if other lists of the operation have left too few rows in the budget for this one. */
export function budgetUsedUp(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    'The lists of this operation have counted and examined as many rows as one operation may. Ask for fewer lists or counts at a time.',
  );
}

/** Names only what the caller can ask for: not the rows of other tables, which find lists inside a session or a task. */
function adviceFor(list: ListDefinition, by: string): string {
  const namesOf = (paths: readonly AccessPath[]) => [
    ...new Set(paths.flatMap(({ equal, when }) => [...equal, ...(when === undefined ? [] : [when.condition.field])])),
  ];
  const orders = new Set(
    list.paths.flatMap(({ equal, when, order }) => (equal.length > 0 || when ? [] : (order ?? []))),
  );
  const inOrder = list.paths.filter(({ order }) => order === by).flatMap(({ when }) => when ?? []);
  const served = inOrder.map(({ condition, includesKnown }) =>
    [`${condition.field} ${'value' in condition ? condition.value : ''}`.trim(), includesKnown]
      .filter(Boolean)
      .join(' or '),
  );
  const fields = namesOf(list.paths).filter((field) => isAskable(list, field));
  const first = served.length > 0 ? `Filter by ${served.join(', ')}` : `Narrow the filter by ${fields.join(', ')}`;
  return `${first}, or order by ${[...orders].join(' or ')}`;
}

function isAskable({ serverFields = [] }: ListDefinition, field: string): boolean {
  return !serverFields.includes(field);
}
