import type Database from 'better-sqlite3';
import type { PushFacts } from '../../../domain/callback/callback.ts';
import type {
  StreamSession,
  StreamSessionEnd,
  StreamSessionPush,
} from '../../../domain/stream-session/stream-session.ts';
import type { StoredSessionView } from '../../read-model-writer.ts';
import type { StreamSessionRow } from '../../rows.ts';
import { prepareInsert, prepareUpdate, type AsRead } from '../file/write-statements.ts';
import { leastValue } from '../lists/list-definition.ts';

/** The columns that filters and orders use, from the view; `session`, the fold itself, is written beside them. */
export function toSessionColumns({ view, status, changed }: Omit<StoredSessionView, 'id' | 'session'>) {
  return {
    app_id: view.appId,
    sequence: view.sequence,
    domain: view.domain,
    path: view.path,
    stream_id: view.streamId,
    user_ip: view.userIp,
    node: view.node,
    state: status.state,
    started_at: view.startedAtMs,
    started_at_source: view.startedAtSource,
    ended_at: view.endedAtMs,
    closed_at: view.closedAtMs,
    ended_order: view.endedAtMs ?? leastValue,
    push_duration_ms: view.pushDurationMs,
    end_code: view.endCode,
    end_side: status.endSide,
    stream_key: view.orderKey?.streamKey ?? null,
    ordered_at: view.orderedAtMs,
    sequence_order: view.sequenceOrder,
    changed_position: changed.position,
    changed_ordinal: changed.ordinal,
  };
}

/** The columns of a session. */
export type SessionColumnValues = ReturnType<typeof toSessionColumns> & { readonly session: string };

/** Columns that indexes are over, in groups that change together. */
const indexedColumns = [
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
] as const;

const columnsRead = [
  'id',
  'app_id',
  'sequence',
  'session',
  'state',
  'end_side',
  'changed_position',
  'changed_ordinal',
] as const;

/** What the projector reads back of a session: its fold, and its status among its neighbours. */
export type SessionColumns = Pick<AsRead<SessionColumnValues & { readonly id: number }>, (typeof columnsRead)[number]>;

/** The columns that are read back, for a SELECT. */
const sessionColumnNames = columnsRead.join(', ');

/** Restores the fold of a session from its columns. */
export function toStreamSessionRow(columns: SessionColumns): StreamSessionRow {
  return {
    id: columns.id,
    session: fromFoldText(columns.session, columns.app_id, columns.sequence),
    status: { state: columns.state, endSide: columns.end_side },
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

/** The projector's statements for stream sessions. */
export function prepareSessionTable(db: Database.Database) {
  const session = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, SessionColumns>(`SELECT ${sessionColumnNames} FROM stream_sessions ${rest}`);
  const insert = prepareInsert<SessionColumnValues & { id: number; first_position: bigint }>(db, 'stream_sessions');
  const update = prepareUpdate<SessionColumnValues>(db, 'stream_sessions', indexedColumns);
  return {
    lastId: db.prepare<[], number | null>('SELECT max(id) FROM stream_sessions').pluck(),
    bySequence: session<[string, string]>('WHERE sequence = ? AND app_id = ?'),
    byId: session<[number]>('WHERE id = ?'),
    newest: session<[string]>('WHERE stream_key = ? ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1'),
    before: session<[string, number, string]>(
      `WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`,
    ),
    after: session<[string, number, string]>(
      `WHERE stream_key = ? AND (ordered_at, sequence_order) > (?, ?)
       ORDER BY ordered_at, sequence_order LIMIT 1`,
    ),
    insert(row: StoredSessionView, firstPosition: bigint): void {
      // The columns are spread last: adding a property to a copy costs more than the whole copy.
      insert({ id: row.id, first_position: firstPosition, session: toFoldText(row.session), ...toSessionColumns(row) });
    },
    update(row: StoredSessionView, stored: StoredSessionView): void {
      update(row.id, { session: toFoldText(row.session), ...toSessionColumns(row) }, toSessionColumns(stored));
    },
  };
}

/**
 * The fold of a session as its row stores it: values by position instead of by name, and what an interruption repeats of the
 * push only once. That halves the text, and so the pages that sessions fill. The account and the sequence have columns of
 * their own. On disk: a change needs a new version of the read model.
 */
type FoldText = readonly [
  firstReceivedAtMs: number,
  lastReceivedAtMs: number,
  deliveries: number,
  push: PushText | null,
  end: EndText | null,
  /** Left out of nearly all: no operator has closed them. */
  closedAtMs?: number,
];

type PushText = readonly [occurredAtMs: number | null, digest: string, facts: FactsText];

type EndText = readonly [
  occurredAtMs: number | null,
  digest: string,
  pushDurationMs: number | null,
  endCode: number | null,
  endMessage: string | null,
  /** Null where they are those of the push. */
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
