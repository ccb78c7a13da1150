import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { EventReader } from '../../src/log/event-store.ts';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { openApp, type App, type AppOptions } from './app.ts';
import { openRecordingLogger } from './recording-logger.ts';
import { copyFolder } from '../../src/node/data-dir.ts';
import { SqliteEventReader } from '../../src/log/sqlite/sqlite-event-reader.ts';
import { askUntil } from './ask-until.ts';
import { patientLiveBounds } from './live-bounds.ts';
import { scrapeSample } from './metrics.ts';
import { patientMs } from './patience.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** The whole product with its own folder and a free port, used over HTTP. */
export interface RunningApp {
  readonly app: App;
  readonly dataDir: string;
  readonly logLines: readonly string[];
  /** The node's log, or its copy of the log, read outside the product. */
  readonly log: EventReader;
  /** Posts a callback: text and bytes unchanged, anything else as JSON. */
  post(body: unknown, path?: string, headers?: Record<string, string>): Promise<CallbackAnswer>;
  /** Resolves once everything now in the log is projected. */
  projected(): Promise<void>;
  /** Runs an operation; fails if it has errors. */
  query<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<WithoutFailedLists<Data>>;
  /** Runs an operation given as text; resolves with the answer and its errors. */
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  /** Stops it and opens it again on the same folder; `between` runs while it is stopped. */
  restart(between?: (dataDir: string) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

type RootList = 'streamSessions' | 'relayTasks' | 'callbacks' | 'quarantine' | 'projections';

/** Root lists are null only if they failed. */
type WithoutFailedLists<Data> = {
  [Name in keyof Data]: Name extends RootList ? NonNullable<Data[Name]> : Data[Name];
};

export interface CallbackAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

/** Options in which `v1` is a viewer's token and `o1` an operator's. */
export const viewerAndOperator: AppOptions['access'] = {
  mode: 'tokens',
  tokens: parseApiTokens('viewer=v1,operator=o1'),
};

/** Options in which `v1` is an analyst's token and `o1` an admin's. */
export const analystAndAdmin: AppOptions['access'] = {
  mode: 'tokens',
  tokens: parseApiTokens('analyst=v1,admin=o1'),
};

export async function startApp(overrides: Partial<AppOptions> = {}): Promise<RunningApp> {
  const folder = makeTemporaryFolder();
  const { logger, lines } = openRecordingLogger();
  const options: AppOptions = {
    host: '127.0.0.1',
    port: 0,
    dataDir: folder.path,
    trustProxy: [],
    authenticity: { keys: [], tokens: [] },
    access: { mode: 'open' },
    // A restart takes a second or more on a busy machine: no event that the test did not make may enter its log.
    outageMsMin: Infinity,
    liveBounds: patientLiveBounds,
    appendMsMax: patientMs,
    readMsMax: patientMs,
    statisticsMsMax: patientMs,
    readableMsMax: patientMs,
    logger,
    ...overrides,
  };
  let app = await openApp(options);
  let reader: SqliteEventReader | null = null;
  const closeApp = async () => {
    reader?.close();
    reader = null;
    await app.close();
  };
  const projectionLag = () => scrapeSample(app.url, 'live_ledger_projection_lag_events');

  const ask: RunningApp['ask'] = async (query, variables = {}, headers = {}) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<GraphqlAnswer, 'status'>) };
  };

  return {
    get app() {
      return app;
    },
    dataDir: options.dataDir,
    logLines: lines,
    get log() {
      const { dataDir, eventStore } = options;
      return (reader ??= new SqliteEventReader(eventStore?.kind === 'eventstoredb' ? copyFolder(dataDir) : dataDir));
    },
    async post(body, path = '/callbacks/css', headers = {}) {
      const asIs = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(`${app.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: asIs ? (body as string) : JSON.stringify(body),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Record<string, unknown>,
      };
    },
    async projected() {
      await askUntil(projectionLag, (events) => events === 0);
    },
    async query(document, variables) {
      const { data, errors } = await ask(print(document), variables as Record<string, unknown>);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data as never;
    },
    ask,
    async restart(between) {
      await closeApp();
      await between?.(options.dataDir);
      app = await openApp(options);
    },
    async close() {
      await closeApp();
      folder.remove();
    },
  };
}
