import { LedgerError } from '../../kernel/errors.ts';
import type { ComparisonOperator, Condition, FieldCondition } from '../../read-models/listing.ts';

/** Filters inside filters. Whatever a filter says can be said in three: an `or` of `and`s of single comparisons, and `not`. */
export const filterDepthMax = 8;

/** Comparisons and filters in one filter: each row that is looked at is held against all of them. */
export const filterPartsMax = 50;

/**
 * What a filter asks of a row. `null` says nothing: it is as if it were left out.
 * @throws LedgerError - BAD_USER_INPUT for a filter that is too deep or has too many parts
 */
export function toCondition<Field extends string>(filter: object | null | undefined): Condition<Field> {
  let parts = 0;
  return all(filter ?? {}, 1);

  function all(one: object, depth: number): Condition<Field> {
    if (depth > filterDepthMax) throw tooMuch(`be more than ${filterDepthMax} filters deep`);
    countPart();
    const said = Object.entries(one).filter(([, value]) => value != null);
    return { and: said.flatMap(([name, value]) => part(name, value as object, depth)) };
  }

  function part(name: string, value: object, depth: number): Condition<Field>[] {
    const inner = () => (value as object[]).map((one) => all(one, depth + 1));
    if (name === 'and') return [{ and: inner() }];
    if (name === 'or') return [{ or: inner() }];
    if (name === 'not') return [{ not: all(value, depth + 1) }];
    return Object.entries(value)
      .filter(([, operand]) => operand != null)
      .map(([operator, operand]) => {
        countPart();
        return comparison(name as Field, operator as FieldCondition<Field>['operator'], operand);
      });
  }

  function countPart(): void {
    parts += 1;
    if (parts > filterPartsMax) throw tooMuch(`have more than ${filterPartsMax} parts`);
  }
}

function comparison<Field extends string>(
  field: Field,
  operator: FieldCondition<Field>['operator'],
  operand: unknown,
): FieldCondition<Field> {
  if (operator === 'isNull') return { field, operator, isNull: operand === true };
  if (operator === 'in' || operator === 'notIn') {
    return { field, operator, values: (operand as unknown[]).map(toValue) };
  }
  return { field, operator: operator satisfies ComparisonOperator, value: toValue(operand) };
}

function toValue(operand: unknown): string | number {
  return operand instanceof Date ? operand.getTime() : (operand as string | number);
}

function tooMuch(what: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', `A filter must not ${what}.`);
}
