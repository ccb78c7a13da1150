import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isJsonObject } from '../callbacks/json-object.ts';
import { OperatorError } from '../kernel/errors.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import { viewerHeader } from '../api/access/admission.ts';
import type { Ask, Asked } from '../mcp/tools.ts';
import type { Command, Flags, GivenFlags } from './command-line.ts';

/** Milliseconds for the whole answer. A change may wait about ten seconds for EventStoreDB. */
const answerMsMax = 30_000;

/** The URL of a service that was started without settings. */
const defaultUrl = 'http://127.0.0.1:4000';

/** The flags with the URL of the running service and the caller's token. */
export const clientFlags: Flags = {
  url: { fallback: defaultUrl, meaning: 'where the service is' },
  token: { fallback: '', meaning: 'one of API_TOKENS, without its role', variable: 'LIVE_LEDGER_TOKEN' },
};

/**
 * A GraphQL client of a running service.
 * @throws SettingsInvalid - a flag of a client is wrong
 */
export function createServiceClient(given: GivenFlags, { asViewer = false } = {}) {
  const problems = problemsOfClient(given);
  if (problems.length > 0) throw new SettingsInvalid(problems);
  const graphql = routeOf(given, 'graphql').href;
  const headers = { ...authorizationOf(given['token']), ...(asViewer && { [viewerHeader]: 'true' }) };
  /** @throws OperatorError - it did not answer; it may answer with errors */
  const answer: Ask = (query, variables) => send(graphql, headers, { query, variables });
  return {
    answer,
    /** @throws OperatorError - it did not answer, or refused: the message says what to do */
    ask: async (query: string, variables: Readonly<Record<string, unknown>> = {}) =>
      dataOf(await answer(query, variables)),
  };
}

/** The problems with the flags of a client, without their values: a URL or token that `fetch` refuses, or would send elsewhere. */
function problemsOfClient({ url = defaultUrl, token = '' }: GivenFlags): string[] {
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
function routeOf({ url = defaultUrl }: GivenFlags, route: string): URL {
  return new URL(`${String(url).replace(/\/+$/, '')}/${route}`);
}

/** The authorization header; none without a token. */
export function authorizationOf(token: GivenFlags[string]): Readonly<Record<string, string>> {
  return typeof token === 'string' && token !== '' ? { authorization: `Bearer ${token}` } : {};
}

async function send(url: string, headers: Readonly<Record<string, string>>, operation: object): Promise<Asked> {
  let answer: unknown;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
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
      { cause: error },
    );
  }
  if (isJsonObject(answer) && (isJsonObject(answer['data']) || Array.isArray(answer['errors']))) return answer;
  throw new OperatorError('The server at --url is not a Live Ledger.');
}

/** @throws OperatorError - the service refused, or failed in part */
function dataOf({ data, errors }: Asked): Readonly<Record<string, unknown>> {
  const [first] = errors ?? [];
  if (first !== undefined) throw new OperatorError(`The service refused it: ${first.message}`);
  return (data ?? {}) as Readonly<Record<string, unknown>>;
}

/** The parameters of tables as flags: `groupBy` is `--group-by`. */
export const tableFlags: Flags = {
  fields: { fallback: '', meaning: 'columns, with commas between them: sequence,streamId,endCause.side' },
  filter: { fallback: '', meaning: 'which rows, as JSON: \'{"state":{"eq":"LIVE"}}\'' },
  'order-by': { fallback: '', meaning: 'the order, as JSON: \'{"field":"RECONNECTS","direction":"DESC"}\'' },
  first: { fallback: '', meaning: 'the number of rows; by default all' },
  from: { fallback: '', meaning: 'the beginning of the time, such as 2026-11-21T00:00:00Z' },
  to: { fallback: '', meaning: 'the end of the time, which is no longer part of it' },
  'group-by': { fallback: '', meaning: 'of statistics: what has rows of its own, such as DOMAIN,DAY' },
  'time-zone': {
    fallback: '',
    meaning: 'of statistics: the time zone of hours, days and weeks; with --for: that of all times',
  },
  for: {
    fallback: '',
    meaning: 'with --csv: spreadsheet, the form that Excel, LibreOffice and Google Sheets read without changing ids',
  },
  'step-seconds': { fallback: '', meaning: 'of concurrency: seconds from one point to the next' },
  'gap-max-seconds': { fallback: '', meaning: 'of broadcasts: the longest gap that is stitched' },
  'silent-after-seconds': {
    fallback: '',
    meaning: 'of missingCallbacks: after how long a live session counts as silent',
  },
};

/** `live-ledger query`: writes a list or a statistic of a running service to standard output as a table. */
export const queryCommand: Command = {
  name: 'query',
  meaning: 'write a list or a statistic of a running service to standard output, as CSV or JSON lines',
  flags: {
    list: { fallback: '', meaning: 'its name in GraphQL, such as streamSessions or callbackStatistics' },
    csv: { fallback: null, meaning: 'CSV instead of JSON lines' },
    ...clientFlags,
    ...tableFlags,
  },
  async run(given) {
    const answer = await fetchTable(exportUrl(given), given['token']);
    const isTable = tableTypes.test(answer.headers.get('content-type') ?? '');
    if (answer.status !== 200 || !isTable || answer.body === null) {
      throw new OperatorError(await describeRefusal(answer));
    }
    try {
      await pipeline(Readable.fromWeb(answer.body), process.stdout, { end: false });
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      // The reader has enough, for example `head`.
      if (code === 'EPIPE') return true;
      if (syscall === 'write') {
        throw new OperatorError(`Standard output can't be written: ${code}. What was written is not complete.`);
      }
      throw new OperatorError('The answer was cut off: what was written is not complete. Send it again.');
    }
    return true;
  },
};

/** The content types of a table. Any other answer with 200 may be the page of another program. */
const tableTypes = /^(text\/csv|application\/jsonl)\b/;

/** @throws SettingsInvalid */
function exportUrl(given: GivenFlags): URL {
  const { list, csv } = given;
  const problems = problemsOfClient(given);
  if (typeof list !== 'string' || !/^\w+$/.test(list)) problems.unshift('--list: name a list or a statistic');
  if (problems.length > 0) throw new SettingsInvalid(problems);
  const url = routeOf(given, `export/${String(list)}.${csv === true ? 'csv' : 'jsonl'}`);
  for (const flag of Object.keys(tableFlags)) {
    const value = given[flag];
    if (typeof value === 'string') url.searchParams.set(parameterOf(flag), value);
  }
  return url;
}

/** The parameter of a flag: `groupBy` of `group-by`. */
export function parameterOf(flag: string): string {
  return flag.replaceAll(/-[a-z]/g, (part) => part.slice(1).toUpperCase());
}

async function fetchTable(url: URL, token: GivenFlags[string]): Promise<Response> {
  try {
    return await fetch(url, { headers: authorizationOf(token) });
  } catch {
    throw new OperatorError('No service answers at --url. See that it runs, and that the address is right.');
  }
}

async function describeRefusal(answer: Response): Promise<string> {
  const { message, error, requestId } = (await answer.json().catch(() => ({}))) as Record<string, string | undefined>;
  if (message === undefined)
    return `The server at --url is not a Live Ledger of this version: it answered with status ${answer.status}.`;
  return `${message} (${String(error)}, request ${String(requestId)})`;
}

/** `live-ledger mcp`: answers a client of the Model Context Protocol over standard input and output, until its input ends. */
export const mcpCommand: Command = {
  name: 'mcp',
  meaning:
    'answer a client of the Model Context Protocol over standard input and output, from a running service; it only reads',
  flags: clientFlags,
  async run(given) {
    const service = createServiceClient(given, { asViewer: true });
    // Loaded only here: other commands start sooner.
    const { answerStdio } = await import('../mcp/ledger-server.ts');
    answerStdio(service.answer);
    return true;
  },
};
