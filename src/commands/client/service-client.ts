import { OperatorError } from '../../kernel/errors.ts';
import { isJsonObject } from '../../domain/callback/json-object.ts';
import { SettingsInvalid } from '../../kernel/settings-reader.ts';
import type { Flags, GivenFlags } from '../command-line.ts';

/** Milliseconds for the whole answer: a change waits for EventStoreDB, up to some ten seconds. */
const answerMsMax = 30_000;

/** Where a service listens that was started without settings. */
export const defaultUrl = 'http://127.0.0.1:4000';

/** The flags by which a command finds the running service, and says who asks. */
export const clientFlags: Flags = {
  url: { fallback: defaultUrl, meaning: 'where the service is' },
  token: { fallback: '', meaning: 'one of API_TOKENS, without its role', variable: 'LIVE_LEDGER_TOKEN' },
};

/** A service that runs, asked by GraphQL as any client asks it. */
export interface ServiceClient {
  /** @throws OperatorError - it did not answer, or refused: the message says what to do */
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
}

/** @throws SettingsInvalid - the URL is none */
export function createServiceClient({ url = defaultUrl, token = '' }: GivenFlags): ServiceClient {
  if (!isServiceUrl(url)) {
    throw new SettingsInvalid(['--url: must begin with http:// or https://']);
  }
  const graphql = new URL('/graphql', String(url)).href;
  return { ask: (query, variables = {}) => ask(graphql, String(token), { query, variables }) };
}

/** Whether `--url` can be that of a service. */
export function isServiceUrl(url: GivenFlags[string]): boolean {
  return URL.canParse(String(url)) && /^https?:/.test(String(url));
}

/** The header by which a request says who asks; none without a token. */
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
  if (!isJsonObject(data)) throw new OperatorError('What answers at --url is no Live Ledger.');
  return data;
}
