import { LedgerError } from '../../../clients/core/errors.ts';
import { dataOf, execute } from '../../../clients/core/query.ts';
import { service } from './connection.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { signInNeeded } from './token.ts';

/**
 * Sends a query or a mutation.
 * @throws LedgerError - even if only a part of the answer failed
 */
export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  try {
    const operation = { query: document.toString(), variables: variables as object };
    const data = dataOf(await execute<Result>(service, operation, signal));
    signInNeeded.set(false);
    return data;
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'UNAUTHENTICATED') signInNeeded.set(true);
    throw error;
  }
}
