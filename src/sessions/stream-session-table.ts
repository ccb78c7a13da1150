import type Database from 'better-sqlite3';
import type { PushFacts } from '../callbacks/callback.ts';
import type { StreamSession, StreamSessionEnd, StreamSessionPush } from './stream-session.ts';
import type { EndSide } from './interruption-codes.ts';
import type { StartedAtSource, StreamSessionState } from './stream-session-view.ts';
import type { StoredSessionView } from '../projecting/read-model-writer.ts';
import type { StreamSessionRow } from '../projecting/rows.ts';
import { prepareInsertOfValues, prepareUpdateOfValues, type AsRead } from '../projecting/file/statements.ts';
import { leastValue } from '../lists/sql/list-definition.ts';

/** The columns of a session that may change, by name. `session` is its fold; the other columns serve filters and orders. */
export interface SessionColumnValues {
  readonly app_id: string;
  readonly sequence: string;
  readonly domain: string | null;
  readonly stream_id: string | null;
  readonly user_ip: string | null;
  readonly stream_key: string | null;
  readonly started_at_source: StartedAtSource;
  readonly ordered_at: number;
  readonly sequence_order: string;
  readonly state: StreamSessionState;
  readonly ended_order: number;
  readonly end_code: number | null;
  readonly changed_position: bigint;
  readonly changed_ordinal: number;
  readonly end_side: EndSide | null;
  readonly path: string | null;
  readonly node: string | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly closed_at: number | null;
  readonly push_duration_ms: number | null;
  readonly session: string;
}

/** Groups of columns that change together: an update writes a whole group. Only columns of the first three groups are indexed. */
const columnGroups = [
  [
    'app_id',
    'sequence',
    'domain',
    'stream_id',
    'user_ip',
    'stream_key',
    'started_at_source',
    'ordered_at',
    'sequence_order',
  ],
  ['state', 'ended_order', 'end_code'],
  ['changed_position', 'changed_ordinal'],
  ['end_side'],
  ['path', 'node', 'started_at', 'ended_at', 'closed_at', 'push_duration_ms', 'session'],
] as const satisfies readonly (readonly (keyof SessionColumnValues)[])[];

/** Values in the order of `columnGroups`; `foldText` is the text of the row's session. */
function valuesOf({ view, status, changed }: StoredSessionView, foldText: string | null) {
  return [
    view.appId,
    view.sequence,
    view.domain,
    view.streamId,
    view.userIp,
    view.orderKey?.streamKey ?? null,
    view.startedAtSource,
    view.orderedAtMs,
    view.sequenceOrder,
    status.state,
    view.endedAtMs ?? leastValue,
    view.endCode,
    changed.position,
    changed.ordinal,
    status.endSide,
    view.path,
    view.node,
    view.startedAtMs,
    view.endedAtMs,
    view.closedAtMs,
    view.pushDurationMs,
    foldText,
  ] as const;
}

const columnsRead = [
  'id',
  'app_id',
  'sequence',
  'session',
  'state',
  'end_side',
  'changed_position',
  'changed_ordinal',
] as const satisfies readonly (keyof SessionColumnValues | 'id')[];

type Read = AsRead<SessionColumnValues & { readonly id: number }>;

/** The columns that the projector reads back: a session's fold, and its status among its neighbours. In the order of `columnsRead`. */
export type SessionColumns = readonly [
  id: Read['id'],
  appId: Read['app_id'],
  sequence: Read['sequence'],
  foldText: Read['session'],
  state: Read['state'],
  endSide: Read['end_side'],
  changedPosition: Read['changed_position'],
  changedOrdinal: Read['changed_ordinal'],
];

/** The columns that the projector reads back, for a SELECT. */
export const sessionColumnNames = columnsRead.join(', ');

/** Restores the fold of a session from its columns. */
export function toStreamSessionRow(columns: SessionColumns): StreamSessionRow {
  const [id, appId, sequence, foldText, state, endSide, position, ordinal] = columns;
  return {
    id,
    session: fromFoldText(foldText, appId, sequence),
    status: { state, endSide },
    changed: { position: BigInt(position), ordinal },
  };
}

/** The projector's statements for stream sessions. */
export function prepareSessionTable(db: Database.Database) {
  // Rows are arrays: for an object, SQLite's binding creates each property name again for every row.
  const session = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, SessionColumns>(`SELECT ${sessionColumnNames} FROM stream_sessions ${rest}`).raw();
  const beforeSql = `WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`;
  const insert = prepareInsertOfValues(db, 'stream_sessions', ['id', 'first_position', ...columnGroups.flat()]);
  const update = prepareUpdateOfValues(db, 'stream_sessions', columnGroups);
  return {
    lastId: db.prepare<[], number | null>('SELECT max(id) FROM stream_sessions').pluck(),
    bySequence: session<[string, string]>('WHERE sequence = ? AND app_id = ?'),
    byId: session<[number]>('WHERE id = ?'),
    newest: session<[string]>('WHERE stream_key = ? ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1'),
    before: session<[string, number, string]>(beforeSql),
    endOfBefore: db
      .prepare<[string, number, string], readonly [id: number, endedAtMs: number | null]>(
        `SELECT id, ended_at FROM stream_sessions ${beforeSql}`,
      )
      .raw(),
    after: session<[string, number, string]>(
      `WHERE stream_key = ? AND (ordered_at, sequence_order) > (?, ?)
       ORDER BY ordered_at, sequence_order LIMIT 1`,
    ),
    insert(row: StoredSessionView, firstPosition: bigint): void {
      insert(row.id, firstPosition, ...valuesOf(row, toFoldText(row.session)));
    },
    update(row: StoredSessionView, stored: StoredSessionView): void {
      // A fold is immutable: if it is the same object, its text is unchanged too.
      const foldText = row.session === stored.session ? null : toFoldText(row.session);
      update(row.id, valuesOf(row, foldText), valuesOf(stored, null));
    },
  };
}

/**
 * The fold of a session as stored in its row: values by position instead of by name, and facts that an interruption repeats from the push
 * only once. This halves the text, and so the pages that sessions fill. The account and the sequence have their own columns. This is the
 * format on disk: a change needs a new read model version.
 */
type FoldText = readonly [
  firstReceivedAtMs: number,
  lastReceivedAtMs: number,
  deliveries: number,
  push: PushText | null,
  end: EndText | null,
  /** Nearly always absent: no operator has closed the session. */
  closedAtMs?: number,
];

type PushText = readonly [occurredAtMs: number | null, digest: string, facts: FactsText];

type EndText = readonly [
  occurredAtMs: number | null,
  digest: string,
  pushDurationMs: number | null,
  endCode: number | null,
  endMessage: string | null,
  /** Null if they equal those of the push. */
  facts: FactsText | null,
];

type FactsText = readonly [
  domain: string | null,
  path: string | null,
  streamId: string | null,
  channelId: string | null,
  node: string | null,
  userIp: string | null,
  streamParam: string | null,
];

export function toFoldText({
  push,
  end,
  firstReceivedAtMs,
  lastReceivedAtMs,
  deliveries,
  closedAtMs,
}: StreamSession): string {
  const pushText: PushText | null = push === null ? null : [push.occurredAtMs, push.digest, toFactsText(push.facts)];
  const endText = end === null ? null : toEndText(end, pushText?.[2] ?? null);
  const fold: FoldText = [firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText];
  return JSON.stringify(closedAtMs === null ? fold : [...fold, closedAtMs]);
}

export function fromFoldText(text: string, appId: string, sequence: string): StreamSession {
  const [firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText, closedAtMs = null] = JSON.parse(
    text,
  ) as FoldText;
  const push = pushText === null ? null : fromPushText(pushText);
  const end = endText === null ? null : fromEndText(endText, push?.facts ?? null);
  return { appId, sequence, push, end, firstReceivedAtMs, lastReceivedAtMs, deliveries, closedAtMs };
}

function toEndText(end: StreamSessionEnd, ofPush: FactsText | null): EndText {
  const { occurredAtMs, digest, pushDurationMs, endCode, endMessage } = end;
  const facts = toFactsText(end.facts);
  const isSame = ofPush !== null && facts.every((fact, index) => fact === ofPush[index]);
  return [occurredAtMs, digest, pushDurationMs, endCode, endMessage, isSame ? null : facts];
}

function fromPushText([occurredAtMs, digest, facts]: PushText): StreamSessionPush {
  return { occurredAtMs, digest, facts: fromFactsText(facts) };
}

function fromEndText(endText: EndText, ofPush: PushFacts | null): StreamSessionEnd {
  const [occurredAtMs, digest, pushDurationMs, endCode, endMessage, own] = endText;
  const facts = own === null ? ofPush : fromFactsText(own);
  if (facts === null) throw new Error('The fold of a session has an end without facts, and no push to take them from.');
  return { occurredAtMs, digest, facts, pushDurationMs, endCode, endMessage };
}

function toFactsText({ domain, path, streamId, channelId, node, userIp, streamParam }: PushFacts): FactsText {
  return [domain, path, streamId, channelId, node, userIp, streamParam];
}

function fromFactsText([domain, path, streamId, channelId, node, userIp, streamParam]: FactsText): PushFacts {
  return { domain, path, streamId, channelId, node, userIp, streamParam };
}
