import { ApiError, apiErrorOf, unreachable, type GraphqlError } from './api-error.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { authorizationOf, signInNeeded, token } from './token.ts';

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly GraphqlError[];
}

/**
 * Sends a query or a mutation.
 * @throws ApiError - even if only a part of the answer failed
 */
export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const { data, errors } = await post<Result>({ query: document.toString(), variables }, signal);
  const [first] = errors ?? [];
  if (first?.extensions?.code === 'UNAUTHENTICATED') signInNeeded.set(true);
  if (first !== undefined) throw apiErrorOf(first);
  if (data === undefined || data === null) throw new ApiError('INTERNAL', 'The answer has no data.');
  signInNeeded.set(false);
  return data;
}

async function post<Result>(operation: object, signal: AbortSignal | undefined): Promise<Answer<Result>> {
  let response: Response;
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...authorizationOf(token.get()),
      },
      body: JSON.stringify(operation),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(unreachable, 'The server does not answer.');
  }
  const answer = (await response.json().catch(() => null)) as Answer<Result> | OtherAnswer | null;
  if (answer === null) throw new ApiError(unreachable, `The server answered with status ${response.status}.`);
  if (!('error' in answer)) return answer;
  if (response.status === 401) signInNeeded.set(true);
  throw new ApiError(answer.error, answer.message, { requestId: answer.requestId ?? null });
}

/** An answer that does not come from GraphQL. */
interface OtherAnswer {
  readonly error: string;
  readonly message: string;
  readonly requestId?: string;
}
