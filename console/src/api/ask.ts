import { LedgerError } from '../../../clients/core/errors.ts';
import { dataOf, execute, type Result as GraphqlResult } from '../../../clients/core/query.ts';
import { partsOf, type AnswerInParts } from './answer-in-parts.ts';
import { service } from './connection.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { signInNeeded } from './session.ts';

/**
 * Sends a query or a mutation.
 * @throws LedgerError - even if only a part of the answer failed
 */
export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  return dataOf(await send(document, variables, signal));
}

/**
 * Sends a query of several fields that are shown apart: one that fails leaves the others.
 * @throws LedgerError - all of it failed
 */
export async function askInParts<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<AnswerInParts<Result>> {
  return partsOf(await send(document, variables, signal));
}

async function send<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal: AbortSignal | undefined,
): Promise<GraphqlResult<Result>> {
  try {
    const operation = { query: document.toString(), variables: variables as object };
    const result = await execute<Result>(service, operation, signal);
    signInNeeded.set(result.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED') === true);
    return result;
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'UNAUTHENTICATED') signInNeeded.set(true);
    throw error;
  }
}
