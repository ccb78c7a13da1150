import { graphqlErrorOf, type GraphqlError, type LedgerError } from '../../../clients/core/errors.ts';
import { dataOf, type Result as GraphqlResult } from '../../../clients/core/query.ts';

/** An answer of which parts may have failed: those fields of it are null, and each has its error. */
export interface AnswerInParts<Result> {
  readonly data: Result;
  readonly failed: ReadonlyMap<string, LedgerError>;
}

/** @throws LedgerError - no field has an answer, or what failed is only a part of one */
export function partsOf<Result>(result: GraphqlResult<Result>): AnswerInParts<Result> {
  const { data, errors = [] } = result;
  const fields = Object.entries(data ?? {});
  const isInParts = fields.some(([, value]) => value !== null) && errors.every((error) => isNull(error, fields));
  if (!data || !isInParts) return { data: dataOf(result), failed: new Map() };
  return { data, failed: new Map(errors.map((error) => [String(error.path?.[0]), graphqlErrorOf(error)])) };
}

function isNull({ path: [failed] = [] }: GraphqlError, fields: readonly (readonly [string, unknown])[]): boolean {
  return fields.some(([field, value]) => field === failed && value === null);
}
