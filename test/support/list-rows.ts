import { addressKey } from '../../src/kernel/addresses.ts';
import type Database from 'better-sqlite3';
import type { CallbackField, CallbackOrder } from '../../src/callbacks/callback-fields.ts';
import type { RelayTaskField, RelayTaskOrder } from '../../src/relay/relay-task-fields.ts';
import type { StreamSessionField, StreamSessionOrder } from '../../src/sessions/stream-session-fields.ts';
import type { QuarantineField, QuarantineOrder } from '../../src/quarantine/quarantine-fields.ts';
import { leastValue } from '../../src/lists/sql/list-definition.ts';
import { toFoldText } from '../../src/sessions/stream-session-table.ts';
import type { OracleRow } from './list-oracle.ts';

/** Rows written directly into the tables, with missing and equal values in every column, and the same rows as a test knows them. */

/** The fields that clients may filter sessions by. */
export type StreamSessionFilterField = Exclude<
  StreamSessionField,
  'lastReceivedAt' | 'lastHeardAt' | 'stoppedAt' | 'incident' | 'missingIn'
>;

/** Generates the same numbers for the same seed. */
export function createNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The fold of a session that only needs its row's columns. */
export const foldTextOfNothing = toFoldText({
  appId: '',
  sequence: '',
  push: null,
  end: null,
  firstReceivedAtMs: 0,
  lastReceivedAtMs: 0,
  deliveries: 0,
  closedAtMs: null,
});

export const names = ['a', 'A', 'ab', 'a%', 'a_', 'b', '방송', '방', '😀', '😀😀', 'a\uffff', '0'];
const baseMs = 1_600_000_000_000;

export function fillSessions(
  db: Database.Database,
  count: number,
): OracleRow<StreamSessionFilterField, StreamSessionOrder>[] {
  const below = createNumbers(7);
  const oneOf = <Value>(values: readonly Value[]) => values[below(values.length)] as Value;
  const maybe = <Value>(value: Value) => (below(4) === 0 ? null : value);
  const changes = shuffled(count, below);
  const known = new Set<string>();
  const rows = Array.from({ length: count }, (_, index) => {
    const open = oneOf(['LIVE', 'ENDED', 'ENDED', 'SUPERSEDED']);
    const state = open === 'SUPERSEDED' && index % 2 === 0 ? 'CLOSED' : open;
    const startedAt = maybe(baseMs + 1_000 * below(20));
    const endedAt = state === 'ENDED' ? maybe(baseMs + 1_000 * below(20)) : null;
    const fields = {
      appId: String(below(3)),
      sequence: String(below(count)),
      domain: maybe(oneOf(names)),
      path: maybe(oneOf(['live', 'vod'])),
      streamId: maybe(oneOf(names)),
      userIp: maybe(`10.0.0.${below(6)}`),
      accessPoint: maybe(oneOf(['n1', 'n2'])),
      state,
      startedAt,
      startedAtSource:
        startedAt === null ? 'UNKNOWN' : oneOf(['PUSH_CALLBACK', 'PUSH_CALLBACK', 'DERIVED_FROM_DURATION']),
      endedAt,
      closedAt: state === 'CLOSED' ? baseMs + 1_000 * (index % 20) : null,
      pushDurationMs: endedAt === null ? null : maybe(500 * below(10)),
      endCode: state === 'ENDED' ? maybe(below(4)) : null,
      endSide: state === 'ENDED' ? oneOf(['CLIENT', 'NETWORK']) : null,
      width: maybe(oneOf([1_280, 1_920])),
      height: maybe(oneOf([720, 1_080])),
      region: maybe(oneOf(['MAINLAND_CHINA', 'OUTSIDE_MAINLAND_CHINA'])),
      idcId: maybe(below(4)),
      relayTaskId: maybe(oneOf(['7', '8'])),
    };
    const orderedAt = startedAt ?? baseMs + 1_000 * below(20);
    const changed = changes[index] ?? 0;
    return { fields, orderedAt, changed, firstPosition: 10 + index };
  })
    .map(({ fields, ...others }) => {
      const [userIpKey, accessPointKey] = [fields.userIp, fields.accessPoint].map(
        (address) => address && addressKey(address),
      );
      return { ...others, fields: { ...fields, userIpKey: userIpKey ?? null, accessPointKey: accessPointKey ?? null } };
    })
    .filter(({ fields }) => {
      const isNew = !known.has(nameOf(fields));
      known.add(nameOf(fields));
      return isNew;
    });
  const insert = db.prepare(
    `INSERT INTO stream_sessions (app_id, sequence, domain, path, stream_id, user_ip, user_ip_key, node, node_key, state, started_at,
       started_at_source, ended_at, closed_at, push_duration_ms, end_code, end_side, width, height, region, idc_id, relay_task_id, ordered_at, sequence_order, changed_position, changed_ordinal,
       first_position, list_position, ended_order, session)
     VALUES (@appId, @sequence, @domain, @path, @streamId, @userIp, @userIpKey, @accessPoint, @accessPointKey, @state, @startedAt,
       @startedAtSource, @endedAt, @closedAt, @pushDurationMs, @endCode, @endSide, @width, @height, @region, @idcId, @relayTaskId, @orderedAt, @sequence, @changed, 0, @firstPosition, @firstPosition,
       coalesce(@endedAt, ${leastValue}), @session)`,
  );
  db.transaction(() => {
    // Not in the order of their first positions, because nothing may depend on row numbers.
    for (const { fields, ...rest } of [...rows].reverse()) {
      insert.run({ ...fields, ...rest, session: foldTextOfNothing });
    }
  })();
  return rows.map(({ fields, orderedAt, changed, firstPosition }) => ({
    name: nameOf(fields),
    fields,
    keys: {
      STARTED_AT: [orderedAt, firstPosition],
      ENDED_AT: [fields.endedAt, firstPosition],
      PUSH_DURATION: [fields.pushDurationMs, firstPosition],
      LAST_CHANGED: [changed, 0],
    },
  }));
}

/** A session's name among those of `fillSessions`. */
export function nameOf({ appId, sequence }: { appId: string; sequence: string }): string {
  return `${appId}/${sequence}`;
}

export function fillTasks(db: Database.Database, count: number): OracleRow<RelayTaskField, RelayTaskOrder>[] {
  const below = createNumbers(11);
  const oneOf = <Value>(values: readonly Value[]) => values[below(values.length)] as Value;
  const maybe = <Value>(value: Value) => (below(4) === 0 ? null : value);
  const some = <Value>(values: readonly Value[]) => values.filter(() => below(3) === 0);
  const changes = shuffled(count, below);
  const rows = Array.from({ length: count }, (_, index) => {
    const startedAt = maybe(baseMs + 10_000 * below(20));
    const moment = () => maybe(baseMs + 1_000 * below(20));
    const runs = some([-22, 0, 7]).map((code) => ({
      startedAt: moment(),
      startReceivedAt: moment(),
      exitedAt: moment(),
      exitReceivedAt: moment(),
      exitCode: maybe(code),
      attribution: maybe('BY_TASK_ID'),
    }));
    const sourceUrl = some(['u1', 'u2', 'u3']);
    const fields = {
      appId: String(below(3)),
      taskId: String(index),
      state: oneOf(['RUNNING', 'EXITED', 'UNKNOWN']),
      streamId: maybe(oneOf(names)),
      domain: maybe(oneOf(names)),
      path: maybe(oneOf(['live', 'vod'])),
      toUrl: maybe(`rtmp://a/${below(5)}`),
      sourceUrl,
      sourceFile: sourceUrl.map((url) => url.slice(1)),
      exitCode: maybe(below(4)),
      everExitedWith: runs.map(({ exitCode }) => exitCode),
      startedAt,
      startReceivedAt: moment(),
      exitReceivedAt: moment(),
      runs: { members: runs },
      exitedAt: maybe(baseMs + 1_000 * below(20)),
      alarm: some(['PullFileFailed', 'PushStreamFailed']),
    };
    const orderedAt = startedAt ?? baseMs + 10_000 * below(20);
    return { fields, orderedAt, changed: changes[index] ?? 0, firstPosition: 10 + index, index };
  });
  const insert = db.prepare(
    `INSERT INTO relay_tasks (id, app_id, task_id, state, facts, to_url, domain, path, stream_id, is_open, started_at,
       start_received_at, exit_received_at, exited_at, exit_code, first_received_at, ordered_at, changed_position, changed_ordinal, first_position, exited_order)
     VALUES (@row, @appId, @taskId, @state, '{}', @toUrl, @domain, @path, @streamId, 0, @startedAt,
       @startReceivedAt, @exitReceivedAt, @exitedAt, @exitCode, 0,
       @orderedAt, @changed, 0, @firstPosition, coalesce(@exitedAt, ${leastValue}))`,
  );
  const source = db.prepare('INSERT INTO relay_task_sources (url, task_row, file) VALUES (?, ?, ?)');
  const run = db.prepare(
    `INSERT INTO relay_runs (task_row, order_at, nth, opened_by, opened_received_at, exit_at, started_at,
       start_received_at, exited_at,
       exit_received_at, exit_code, attribution)
     VALUES (@row, @number, 0, 'START', 0, 1, @startedAt, @startReceivedAt, @exitedAt, @exitReceivedAt, @exitCode,
       @attribution)`,
  );
  const alarm = db.prepare(
    'INSERT INTO relay_alarms (task_row, run_at, run_nth, type, first_at, last_at, times) VALUES (?, ?, 0, ?, 0, 0, 1)',
  );
  db.transaction(() => {
    for (const { fields, index, ...rest } of rows) {
      const row = count - index;
      const { sourceUrl, sourceFile: _files, everExitedWith: _codes, runs, alarm: alarms, ...columns } = fields;
      insert.run({ ...columns, ...rest, row });
      for (const url of sourceUrl) source.run(url, row, url.slice(1));
      runs.members.forEach((one, number) => run.run({ ...one, row, number: number + 1 }));
      // Each alarm occurs in two runs: a task is listed once, however often it had one.
      for (const type of alarms) for (const number of [1, 2]) alarm.run(row, number, type);
    }
  })();
  return rows.map(({ fields, orderedAt, changed, firstPosition }) => ({
    name: fields.taskId,
    fields,
    keys: {
      STARTED_AT: [orderedAt, firstPosition],
      EXITED_AT: [fields.exitedAt, firstPosition],
      LAST_CHANGED: [changed, 0],
    },
  }));
}

export function fillCallbacks(db: Database.Database, count: number): OracleRow<CallbackField, CallbackOrder>[] {
  const below = createNumbers(13);
  const oneOf = <Value>(values: readonly Value[]) => values[below(values.length)] as Value;
  const maybe = <Value>(value: Value) => (below(4) === 0 ? null : value);
  const named = () => ({ streamId: maybe(oneOf(names)), domain: maybe(oneOf(names)) });
  const [sessions, tasks] = [Array.from({ length: 4 }, named), Array.from({ length: 3 }, named)];
  fillOwners(db, sessions, tasks);
  const rows = Array.from({ length: count }, (_, index) => {
    const isRelay = below(2) === 0;
    const taskRow = isRelay ? maybe(below(3)) : null;
    const sessionId = isRelay ? null : maybe(below(4));
    const own = named();
    const owner = sessionId === null ? (taskRow === null ? own : tasks[taskRow]) : sessions[sessionId];
    const fields = {
      eventType: isRelay ? 314 : maybe(below(2)),
      callbackEvent: isRelay ? oneOf(['TaskStart', 'TaskExit']) : null,
      occurredAt: maybe(baseMs + 1_000 * below(20)),
      receivedAt: baseMs + 1_000 * below(20),
      signature: oneOf(['VALID', 'TOKEN', 'NOT_CHECKED']),
      appId: maybe(String(below(3))),
      sessionId,
      taskRow,
      streamId: owner?.streamId ?? null,
      domain: owner?.domain ?? null,
      taskId: taskRow === null ? null : `t${taskRow}`,
    };
    return { fields, isRelay, own, position: 10 + 3 * index };
  });
  const insert = db.prepare(
    `INSERT INTO callbacks (position, event_id, identity, event_type, callback_event, app_id, occurred_at, received_at,
       recorded_at, last_received_at, signature, deliveries, session_id, task_row, relay_kind, stream_id, domain)
     VALUES (@position, '', x'00', @eventType, @callbackEvent, @appId, @occurredAt, @receivedAt, 0, 0, @signature, 1,
       @sessionId, @taskRow, @kind, @streamId, @domain)`,
  );
  db.transaction(() => {
    for (const { fields, isRelay, own, position } of rows) {
      insert.run({ ...fields, ...own, position, kind: isRelay ? 'OTHER' : null });
    }
  })();
  return rows.map(({ fields, isRelay, position }) => ({
    name: String(position),
    // Other callbacks have no task that could be missing.
    fields: { ...fields, relayTask: isRelay ? fields.taskRow : undefined },
    keys: {
      RECORDED: [position, 0],
      RECEIVED_AT: [fields.receivedAt, position],
      OCCURRED_AT: [fields.occurredAt, position],
    },
  }));
}

type NamedStream = Readonly<Record<'streamId' | 'domain', string | null>>;

/** Inserts the sessions and tasks that callbacks belong to; only their rows and names matter. */
function fillOwners(db: Database.Database, sessions: readonly NamedStream[], tasks: readonly NamedStream[]): void {
  const session = db.prepare(
    `INSERT INTO stream_sessions (id, app_id, sequence, domain, stream_id, state, started_at_source, ordered_at, sequence_order,
       changed_position, changed_ordinal, first_position, list_position, ended_order, session)
     VALUES (@row, '1', @row, @domain, @streamId, 'LIVE', 'PUSH_CALLBACK', 0, '', @row, 0, @row, @row, 0, '')`,
  );
  const task = db.prepare(
    `INSERT INTO relay_tasks (id, app_id, task_id, state, facts, domain, stream_id, is_open, first_received_at, ordered_at,
       changed_position, changed_ordinal, first_position, exited_order)
     VALUES (@row, '1', @taskId, 'RUNNING', '{}', @domain, @streamId, 0, 0, 0, @row, 0, @row, 0)`,
  );
  sessions.forEach((one, row) => session.run({ ...one, row }));
  tasks.forEach((one, row) => task.run({ ...one, row, taskId: `t${row}` }));
}

export function fillQuarantined(db: Database.Database, count: number): OracleRow<QuarantineField, QuarantineOrder>[] {
  const below = createNumbers(17);
  const oneOf = <Value>(values: readonly Value[]) => values[below(values.length)] as Value;
  const rows = Array.from({ length: count }, (_, index) => ({
    position: 10 + 3 * index,
    fields: {
      reason: oneOf(['FORGED', 'UNPROVEN', 'EXPIRED']),
      status: oneOf(['HELD', 'HELD', 'RELEASED', 'DISCARDED']),
      receivedAt: baseMs + 1_000 * below(20),
      appId: oneOf([null, '0', '1', '2']),
      releasedBy: oneOf([null, 'anna', 'ben']),
    },
  }));
  const insert = db.prepare(
    `INSERT INTO quarantined (position, event_id, reason, status, diagnosis, signature, received_at, recorded_at, app_id,
       released_by, body_bytes, stream_name, stored_bytes, changed_position)
     VALUES (@position, '', @reason, @status, '{}', 'UNSIGNED', @receivedAt, 0, @appId, @releasedBy, 0, '', 0, @position)`,
  );
  db.transaction(() => {
    for (const { fields, position } of rows) insert.run({ ...fields, position });
  })();
  return rows.map(({ fields, position }) => ({
    name: String(position),
    fields,
    keys: { RECORDED: [position, 0], RECEIVED_AT: [fields.receivedAt, position] },
  }));
}

function shuffled(count: number, below: (bound: number) => number): number[] {
  return Array.from({ length: count }, (_, number) => ({ number, key: below(2 ** 30) }))
    .sort((one, other) => one.key - other.key)
    .map(({ number }) => number);
}
