import { LedgerError } from '../../kernel/errors.ts';
import type { ComparisonOperator, Condition, FieldCondition } from '../../read-models/listing.ts';
import type { ListFilter } from './list-args.ts';

/** Filters inside filters. Three are enough for every condition: an `or` of `and`s of single comparisons, and `not`. */
export const filterDepthMax = 8;

/** Comparisons and filters in one filter: each row that is examined is compared with all of them. */
export const filterPartsMax = 50;

/**
 * The condition that a filter sets for rows. `null` means the same as an absent field.
 * @throws LedgerError - BAD_USER_INPUT for a filter that is too deep or has too many parts
 */
export function toCondition<ListField extends string>(filter: ListFilter | null | undefined): Condition<ListField> {
  let parts = 0;
  return allOf(filter ?? {}, 1);

  function allOf(one: ListFilter, depth: number): Condition<ListField> {
    if (depth > filterDepthMax) {
      throw refusal(`The filter nests more than ${filterDepthMax} levels deep. Flatten its and, or and not.`);
    }
    countPart();
    return { and: givenEntries(one).flatMap(([name, value]) => partsOf(name, value, depth)) };
  }

  function partsOf(name: string, value: unknown, depth: number): Condition<ListField>[] {
    const inner = () => (value as ListFilter[]).map((one) => allOf(one, depth + 1));
    if (name === 'and') return [{ and: inner() }];
    if (name === 'or') return [{ or: inner() }];
    if (name === 'not') return [{ not: allOf(value as ListFilter, depth + 1) }];
    return givenEntries(value as object).map(([operator, operand]) => {
      countPart();
      return comparison(name as ListField, operator as FieldCondition<ListField>['operator'], operand);
    });
  }

  function countPart(): void {
    parts += 1;
    if (parts > filterPartsMax) {
      throw refusal(
        `The filter has more than ${filterPartsMax} parts, each comparison and each filter inside it being one. Use in instead of many eq.`,
      );
    }
  }
}

function givenEntries(input: object): [name: string, value: unknown][] {
  return Object.entries(input).filter(([, value]) => value != null);
}

function comparison<ListField extends string>(
  field: ListField,
  operator: FieldCondition<ListField>['operator'],
  operand: unknown,
): FieldCondition<ListField> {
  if (operator === 'isNull') return { field, operator, isNull: operand === true };
  if (operator === 'in' || operator === 'notIn') return { field, operator, values: operand as (string | number)[] };
  return { field, operator: operator satisfies ComparisonOperator, value: operand as string | number };
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
}
