import { ledgerSchema } from '../../src/api/schema.ts';
import { askLedger } from './ask-ledger.ts';
import { everyField } from './every-field.ts';
import { followOverStream, type LiveMessage } from './live-subscription.ts';

/** Left out: explanations of all runs and files of a page of tasks exceed what one operation may touch. */
const leftOut = ['RelayRun.explanation', 'RelayFile.explanation'];

/** The lists, their nodes' type, and the nodes of a page: as many as an operation may touch with everything inside them. */
const lists = {
  callbacks: { type: 'CallbackRecord', pageNodes: 100 },
  streamSessions: { type: 'StreamSession', pageNodes: 4 },
  refusedPushes: { type: 'RefusedPush', pageNodes: 100 },
  relayTasks: { type: 'RelayTask', pageNodes: 8 },
  quarantine: { type: 'QuarantinedCallback', pageNodes: 200 },
} as const;
type ListName = keyof typeof lists;

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly liveFrom: string;
  readonly totalCount: number;
}

/** Everything that a node shows: every list to its end, with every field and every cursor. */
export async function readLists(url: string): Promise<Readonly<Record<ListName, readonly Page[]>>> {
  const schema = ledgerSchema();
  const shown: Record<ListName, Page[]> = {
    callbacks: [],
    streamSessions: [],
    refusedPushes: [],
    relayTasks: [],
    quarantine: [],
  };
  for (const [list, { type, pageNodes }] of Object.entries(lists)) {
    const query = `query ($after: Cursor) { page: ${list}(first: ${pageNodes}, after: $after) {
      edges { cursor node { ${everyField(schema, type, leftOut)} } } pageInfo { hasNextPage endCursor } liveFrom totalCount } }`;
    const pages = shown[list as ListName];
    let after: string | null = null;
    do {
      const { page }: { page: Page } = await askLedger(url, query, { after });
      pages.push(page);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
  }
  return shown;
}

/** Subscriptions to what does not change between two cursors: a redelivery is not sent, so the queries ask for nothing that one changes. */
export const liveQueries = {
  callbacks: `subscription ($after: Cursor) { shown: callbackRecorded(after: $after) {
    cursor node: callback { id position eventType callbackEvent appId occurredAt recordedAt signature cursor } } }`,
  streamSessions: `subscription ($after: Cursor) { shown: streamSessionChanged(after: $after) {
    cursor matches node: streamSession { id state startedAt startedAtSource endedAt endCode endMessage pushDurationMs userIp streamParam } } }`,
  relayTasks: `subscription ($after: Cursor) { shown: relayTaskChanged(after: $after) {
    cursor matches node: relayTask { id state startedAt exitedAt exitCode toUrl sourceUrls
      runs { number startedAt exitedAt exitCode attribution } files { index startedAt finishedAt times } alarms { type times firstAt lastAt } } } }`,
} as const;
export type LiveKind = keyof typeof liveQueries;
export const liveKinds = Object.keys(liveQueries) as LiveKind[];

/** The messages for a new subscriber from a cursor on: this many rows, each once in its newest state. */
export async function readLive(url: string, kind: LiveKind, after: string, rows: number): Promise<LiveMessage[]> {
  const shown: LiveMessage[] = [];
  if (rows === 0) return shown;
  const state = { cursor: after, at: null, end: null };
  const { signal } = new AbortController();
  for await (const message of followOverStream(url, liveQueries[kind], state, {
    signal,
    onBegun: () => undefined,
  })) {
    shown.push(message);
    if (shown.length === rows) return shown;
  }
  throw new Error(`It ended after ${shown.length} of ${rows} messages.`);
}
