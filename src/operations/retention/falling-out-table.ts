import type Database from 'better-sqlite3';
import { unknownAccount } from '../../sessions/stream-session.ts';
import { cutoffMsOf, ruleIndexOf, type Retained, type RetentionRule } from './retention-rules.ts';

/** A relay task, or an exit that names no task and belongs to none. */
interface RelayMember {
  /** From its first callback to its last, by both clocks, so that the range covers whichever clock orders them. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Its sources, as far as an exit without a task id names them too. */
  readonly sourceKeys: readonly string[];
}

/**
 * Groups members that may decide which task an exit belongs to: members with a common source at the same time, and
 * everything linked through them. A group expires as a whole or not at all: without its other candidates, an exit would
 * be attributed to the one that is left.
 */
function relayGroups<Member extends RelayMember>(members: readonly Member[]): Member[][] {
  const parents = members.map((_member, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] ?? root;
    parents[index] = root;
    return root;
  };
  const bySource = new Map<string, number[]>();
  for (const [index, { sourceKeys }] of members.entries()) {
    for (const key of sourceKeys) {
      const indexes = bySource.get(key);
      if (indexes === undefined) bySource.set(key, [index]);
      else indexes.push(index);
    }
  }
  const fromOf = (index: number) => members[index]?.fromMs ?? 0;
  for (const indexes of bySource.values()) {
    let [untilMs, before] = [-Infinity, -1];
    for (const index of indexes.sort((one, other) => fromOf(one) - fromOf(other))) {
      if (fromOf(index) <= untilMs) parents[rootOf(index)] = rootOf(before);
      untilMs = Math.max(untilMs, members[index]?.untilMs ?? 0);
      before = index;
    }
  }
  const groups = new Map<number, Member[]>();
  for (const [index, member] of members.entries()) {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [member]);
    else group.push(member);
  }
  return [...groups.values()];
}

/** Something that expires: a session, a refused push, a task, a callback of none of these, or a quarantined callback. */
export interface FallingOut extends Retained {
  /** The index of the rule that decided. */
  readonly rule: number;
  readonly firstReceivedAtMs: number;
  readonly lastReceivedAtMs: number;
  /** The events of all its deliveries, and of what operators stated about it. */
  readonly eventIds: readonly string[];
}

interface SubjectRow {
  readonly id: number;
  readonly appId: string;
  readonly key: string;
}

interface CallbackRow {
  readonly position: number;
  readonly eventId: string;
  readonly receivedAtMs: number;
  readonly lastReceivedAtMs: number;
  readonly deliveries: number;
  readonly appId: string | null;
  readonly eventType: number | null;
}

const callbacksWhere = (condition: string) =>
  `SELECT position, event_id AS eventId, received_at AS receivedAtMs, last_received_at AS lastReceivedAtMs, deliveries,
     app_id AS appId, event_type AS eventType FROM callbacks ${condition}`;

/**
 * Sessions of one stream expire in their order, the oldest first: a session without an end is superseded by the next
 * one, and must not become live again. A session is over when it has ended, the next one has begun, and nothing of it
 * has come since.
 */
const sessionsSql = `
  WITH heard AS (
    SELECT session_id, max(last_received_at) AS heard_at FROM callbacks WHERE session_id IS NOT NULL GROUP BY session_id
  ), ordered AS (
    SELECT id, app_id, sequence, state, ended_at, closed_at, stream_key, ordered_at, sequence_order,
      lead(ordered_at) OVER (PARTITION BY stream_key ORDER BY ordered_at, sequence_order) AS next_at FROM stream_sessions
  ), judged AS (
    SELECT *, coalesce(state <> 'LIVE' AND cutoff_of('SESSIONS', app_id, NULL) > max(heard_at, coalesce(ended_at, 0),
        coalesce(closed_at, 0), CASE state WHEN 'SUPERSEDED' THEN next_at ELSE 0 END), 0) AS is_over
    FROM ordered JOIN heard ON heard.session_id = ordered.id
  ), counted AS (
    SELECT *, sum(NOT is_over) OVER (PARTITION BY coalesce(stream_key, id) ORDER BY ordered_at, sequence_order
        ROWS UNBOUNDED PRECEDING) AS kept_until FROM judged
  )
  SELECT id FROM counted WHERE kept_until = 0 ORDER BY ordered_at, sequence_order`;

/** All callbacks of a refused push expire together: what remained of them would be another push. */
const refusedPushesSql = `
  SELECT sequence, app_id AS appId FROM refused_pushes
  WHERE last_received_at < cutoff_of('SESSIONS', app_id, NULL) ORDER BY at, first_position`;

/** Callbacks read at a time, some 2 MB. */
const pageRows = 10_000;

const tasksSql = `
  SELECT id, app_id AS appId, task_id AS key, fromMs, untilMs,
    coalesce(NOT is_open AND heard_at < cutoff_of('TASKS', app_id, NULL), 0) AS isOver
  FROM relay_tasks JOIN (
    SELECT task_row, max(last_received_at) AS heard_at, min(min(received_at, coalesce(occurred_at, received_at))) AS fromMs,
      max(max(last_received_at, coalesce(occurred_at, last_received_at))) AS untilMs
    FROM callbacks WHERE task_row IS NOT NULL GROUP BY task_row
  ) ON task_row = id ORDER BY untilMs, id`;

const exitsOfNoTaskSql = `
  SELECT position, source_key AS sourceKey, min(received_at, coalesce(occurred_at, received_at)) AS fromMs,
    max(last_received_at, coalesce(occurred_at, last_received_at)) AS untilMs,
    coalesce(last_received_at < cutoff_of('TASKS', app_id, NULL), 0) AS isOver
  FROM callbacks WHERE source_key IS NOT NULL AND task_row IS NULL`;

const sharedSourcesSql = `
  SELECT task_row AS taskRow, source_key AS sourceKey FROM relay_task_source_keys
  WHERE source_key IN (SELECT source_key FROM callbacks WHERE source_key IS NOT NULL)`;

/**
 * Everything in a read model that expires by the rules, the oldest first of each kind, in groups that expire in one
 * step. After each group, what remains is unchanged: a projection of the log without these events gives the same rows.
 * No read transaction is open between two groups, however long the pause, so that a service can empty its write-ahead
 * log.
 */
export function* readFallingOut(
  db: Database.Database,
  rules: readonly RetentionRule[],
  nowMs: number,
): Generator<readonly FallingOut[]> {
  db.function('cutoff_of', (what: unknown, appId: unknown, eventType: unknown) =>
    cutoffMsOf(rules, { what, appId, eventType } as Retained, nowMs),
  );
  for (const group of groupsIn(db)) yield group.map((member) => ({ ...member, rule: ruleIndexOf(rules, member) }));
}

type Member = Omit<FallingOut, 'rule'>;

function* groupsIn(db: Database.Database): Generator<readonly Member[]> {
  const read = prepareReads(db);
  for (const id of read.sessions.all()) {
    const session = read.session.get(id);
    if (session === undefined) continue;
    const { appId, key } = session;
    const facts = read.factIds.all(appId, key, 'StreamSession');
    yield [read.member({ what: 'SESSIONS', appId, eventType: null }, read.ofSession.all(id), facts)];
  }
  for (const { appId, sequence } of read.refusedPushes.all()) {
    yield [read.member({ what: 'SESSIONS', appId, eventType: null }, read.ofRefusedPush.all(sequence, appId), [])];
  }
  for (const group of relayGroups(readRelayMembers(db))) {
    if (!group.every(({ isOver }) => isOver === 1)) continue;
    yield group.map(({ subject, position }) => {
      const callbacks = subject === null ? read.atPosition.all(position) : read.ofTask.all(subject.id);
      const facts = subject === null ? [] : read.factIds.all(subject.appId, subject.key, 'RelayTask');
      const appId = callbacks[0]?.appId ?? null;
      return read.member({ what: 'TASKS', appId, eventType: null }, callbacks, facts);
    });
  }
  for (const callback of pagesOf(read.callbacksAlone)) {
    const { appId, eventType } = callback;
    yield [read.member({ what: 'CALLBACKS', appId, eventType }, [callback], [])];
  }
  for (const callback of pagesOf(read.quarantined)) {
    yield [read.member({ what: 'QUARANTINE', appId: callback.appId, eventType: null }, [callback], [])];
  }
}

function* pagesOf(after: Database.Statement<[number, number], CallbackRow>): Generator<CallbackRow> {
  let page = after.all(-1, pageRows);
  while (page.length > 0) {
    yield* page;
    page = after.all(page.at(-1)?.position ?? Infinity, pageRows);
  }
}

interface RelayRow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly isOver: number;
}

/** For a task its subject, for an exit of no task its position. */
function readRelayMembers(db: Database.Database) {
  const sources = new Map<number, string[]>();
  for (const { taskRow, sourceKey } of db.prepare<[], { taskRow: number; sourceKey: string }>(sharedSourcesSql).all()) {
    sources.set(taskRow, [...(sources.get(taskRow) ?? []), sourceKey]);
  }
  const tasks = db.prepare<[], RelayRow & SubjectRow>(tasksSql).all();
  const exits = db.prepare<[], RelayRow & { position: number; sourceKey: string }>(exitsOfNoTaskSql).all();
  return [
    ...tasks.map((task) => ({ ...task, subject: task, position: 0, sourceKeys: sources.get(task.id) ?? [] })),
    ...exits.map((exit) => ({ ...exit, subject: null, sourceKeys: [exit.sourceKey] })),
  ];
}

function prepareReads(db: Database.Database) {
  const redeliveries = db
    .prepare<[number], string>('SELECT event_id FROM redeliveries WHERE callback_position = ?')
    .pluck();
  const callbacks = <Parameters extends unknown[]>(condition: string) =>
    db.prepare<Parameters, CallbackRow>(callbacksWhere(condition));
  return {
    sessions: db.prepare<[], number>(sessionsSql).pluck(),
    session: db.prepare<[number], Pick<SubjectRow, 'appId' | 'key'>>(
      'SELECT app_id AS appId, sequence AS key FROM stream_sessions WHERE id = ?',
    ),
    factIds: db
      .prepare<[string, string, string], string>(
        'SELECT event_id FROM operator_facts WHERE app_id = ? AND subject_key = ? AND subject_type = ?',
      )
      .pluck(),
    ofSession: callbacks<[number]>('WHERE session_id = ?'),
    refusedPushes: db.prepare<[], { readonly sequence: string; readonly appId: string }>(refusedPushesSql),
    ofRefusedPush: callbacks<[string, string]>(`WHERE session_id IS NULL
       AND position IN (SELECT position FROM unsettled_callbacks WHERE sequence = ? AND app_id IN (?, '${unknownAccount}'))`),
    ofTask: callbacks<[number]>('WHERE task_row = ?'),
    atPosition: callbacks<[number]>('WHERE position = ?'),
    callbacksAlone: callbacks<
      [number, number]
    >(`WHERE position > ? AND session_id IS NULL AND task_row IS NULL AND source_key IS NULL
       AND position NOT IN (SELECT position FROM unsettled_callbacks) AND last_received_at < cutoff_of('CALLBACKS', app_id, event_type) ORDER BY position LIMIT +?`),
    quarantined: db.prepare<[number, number], CallbackRow>(
      `SELECT position, event_id AS eventId, received_at AS receivedAtMs, received_at AS lastReceivedAtMs, 1 AS deliveries,
         app_id AS appId, event_type AS eventType
       FROM quarantined WHERE position > ? AND received_at < cutoff_of('QUARANTINE', app_id, NULL) ORDER BY position LIMIT +?`,
    ),
    member(retained: Retained, rows: readonly CallbackRow[], factIds: readonly string[]): Member {
      let [firstReceivedAtMs, lastReceivedAtMs] = [Infinity, -Infinity];
      const eventIds = [...factIds];
      for (const { position, eventId, receivedAtMs, lastReceivedAtMs: lastMs, deliveries } of rows) {
        firstReceivedAtMs = Math.min(firstReceivedAtMs, receivedAtMs);
        lastReceivedAtMs = Math.max(lastReceivedAtMs, lastMs);
        eventIds.push(eventId);
        if (deliveries > 1) eventIds.push(...redeliveries.all(position));
      }
      return { ...retained, firstReceivedAtMs, lastReceivedAtMs, eventIds };
    },
  };
}
