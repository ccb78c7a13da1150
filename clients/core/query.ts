import { graphqlErrorOf, LedgerError, unreachable, type GraphqlError } from './errors.ts';

/** Where a service is, and who asks. */
export interface Endpoint {
  /** Such as `https://ledger.example.com`, without a path. */
  readonly url: string;
  /** A token of API_TOKENS. A function is called for each request and connection. */
  readonly token?: string | null | (() => string | null) | undefined;
  /** Called with each answer of `query` and of server-sent events, also with a refusal, and when it was asked for. */
  readonly onResponse?: ((response: Response, sentAtMs: number) => void) | undefined;
}

export interface Operation {
  readonly query: string;
  readonly variables?: object | null | undefined;
  readonly operationName?: string | null | undefined;
}

export interface Result<Data = Readonly<Record<string, unknown>>> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlError[];
}

export function authorizationOf({ token }: Endpoint): { authorization?: string } {
  const current = typeof token === 'function' ? token() : token;
  return current ? { authorization: `Bearer ${current}` } : {};
}

/** Milliseconds for an answer: a connection that has died gives none. */
const answerMsMax = 30_000;

/**
 * Sends an operation; the answer may have errors.
 * @throws LedgerError - it was refused, or nothing answered
 */
export async function execute<Data>(
  endpoint: Endpoint,
  operation: Operation,
  signal?: AbortSignal,
): Promise<Result<Data>> {
  const accept = 'application/graphql-response+json';
  // Not `AbortSignal.any`: on Node 20 an `AbortSignal.timeout` in it may be garbage collected, and then never aborts.
  const limited = new AbortController();
  const abort = () => limited.abort(signal?.reason);
  const timer = setTimeout(() => limited.abort(new DOMException('It took too long.', 'TimeoutError')), answerMsMax);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    const response = await post(endpoint, '/graphql', { operation, accept, signal: limited.signal });
    const answer = (await response.json().catch(() => null)) as Result<Data> | null;
    if (answer === null) throw new LedgerError(unreachable, 'The answer was cut off.');
    return answer;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** @throws LedgerError - even if only a part of the answer failed */
export function dataOf<Data>({ data, errors }: Result<Data>): Data {
  if (errors?.[0] !== undefined) throw graphqlErrorOf(errors[0]);
  if (data === undefined || data === null) throw new LedgerError('INTERNAL', 'The answer has no data.');
  return data;
}

/** @throws LedgerError - it was refused, or nothing answered */
export async function post(
  endpoint: Endpoint,
  path: string,
  { operation, accept, signal }: { operation: Operation; accept: string; signal: AbortSignal },
): Promise<Response> {
  let response: Response;
  const sentAtMs = Date.now();
  try {
    response = await fetch(`${endpoint.url.replace(/\/$/, '')}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...authorizationOf(endpoint) },
      body: JSON.stringify(operation),
      signal,
    });
  } catch (error) {
    if (signal.reason instanceof DOMException && signal.reason.name === 'AbortError') throw error;
    throw new LedgerError(unreachable, 'The server does not answer.');
  }
  endpoint.onResponse?.(response, sentAtMs);
  if (response.ok) return response;
  throw await refusalOf(response);
}

interface Refusal extends Result {
  readonly error?: string;
  readonly message?: string;
  readonly requestId?: string;
}

/** The first error of GraphQL, or the one of a route. What has neither form comes from something in between, such as a proxy. */
export async function refusalOf(response: Response): Promise<LedgerError> {
  const answer = ((await response.json().catch(() => null)) ?? {}) as Refusal;
  const { message, extensions = {} } = answer.errors?.[0] ?? { ...answer, extensions: undefined };
  const isLater = response.status >= 500 || response.status === 408 || response.status === 429;
  return new LedgerError(
    extensions.code ?? answer.error ?? (isLater ? unreachable : 'BAD_REQUEST'),
    message ?? `The server answered with status ${response.status}.`,
    { requestId: answer.requestId ?? null, ...extensions },
    Number(response.headers.get('retry-after') ?? 0) * 1_000,
  );
}
