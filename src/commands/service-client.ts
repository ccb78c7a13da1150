import { OperatorError } from '../kernel/errors.ts';
import { isJsonObject } from '../callbacks/json-object.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import type { Flags, GivenFlags } from './command-line.ts';

/** Milliseconds for the whole answer. A change may wait about ten seconds for EventStoreDB. */
const answerMsMax = 30_000;

/** The URL of a service that was started without settings. */
const defaultUrl = 'http://127.0.0.1:4000';

/** The flags with the URL of the running service and the caller's token. */
export const clientFlags: Flags = {
  url: { fallback: defaultUrl, meaning: 'where the service is' },
  token: { fallback: '', meaning: 'one of API_TOKENS, without its role', variable: 'LIVE_LEDGER_TOKEN' },
};

/** A GraphQL client of a running service. */
export interface ServiceClient {
  /** @throws OperatorError - it did not answer, or refused: the message says what to do */
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
}

/** @throws SettingsInvalid - a flag of a client is wrong */
export function createServiceClient(given: GivenFlags): ServiceClient {
  const problems = problemsOfClient(given);
  if (problems.length > 0) throw new SettingsInvalid(problems);
  const graphql = routeOf(given, 'graphql').href;
  return { ask: (query, variables = {}) => ask(graphql, String(given['token'] ?? ''), { query, variables }) };
}

/** The problems with the flags of a client, without their values: a URL or token that `fetch` refuses, or would send elsewhere. */
export function problemsOfClient({ url = defaultUrl, token = '' }: GivenFlags): string[] {
  const problems: string[] = [];
  if (!URL.canParse(String(url)) || !/^https?:\/\/[^?#@]+$/.test(String(url))) {
    problems.push('--url: must begin with http:// or https://, and have neither a login, a query nor a fragment');
  }
  // What a header can carry, without blanks and line ends, so that a whole file of tokens is refused.
  if (!/^[!-\u00ff]*$/.test(String(token))) {
    problems.push('--token, LIVE_LEDGER_TOKEN: must be one of API_TOKENS, without its role: a single word');
  }
  return problems;
}

/** The URL of a route of the service, below `--url`. */
export function routeOf({ url = defaultUrl }: GivenFlags, route: string): URL {
  return new URL(`${String(url).replace(/\/+$/, '')}/${route}`);
}

/** The authorization header; none without a token. */
export function authorizationOf(token: GivenFlags[string]): Readonly<Record<string, string>> {
  return typeof token === 'string' && token !== '' ? { authorization: `Bearer ${token}` } : {};
}

async function ask(url: string, token: string, operation: object): Promise<Readonly<Record<string, unknown>>> {
  let answer: unknown;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorizationOf(token) },
      body: JSON.stringify(operation),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMsMax),
    });
    answer = await response.json();
  } catch (error) {
    const { name, cause } = error as Error;
    const why = (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
    throw new OperatorError(
      `The service at --url did not answer as a Live Ledger does (${why}). Is it running there?`,
      {
        cause: error,
      },
    );
  }
  const { data, errors } = isJsonObject(answer) ? answer : {};
  const [first] = Array.isArray(errors) ? (errors as unknown[]) : [];
  if (isJsonObject(first)) throw new OperatorError(`The service refused it: ${String(first['message'])}`);
  if (!isJsonObject(data)) throw new OperatorError('The server at --url is not a Live Ledger.');
  return data;
}
