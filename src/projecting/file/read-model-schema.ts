import { callbackFields } from '../../callbacks/callback-fields.ts';
import { callbackList } from '../../callbacks/callback-list.ts';
import { fieldColumnsSql, readerIndexesOf } from '../../lists/sql/list-definition.ts';
import { quarantineFields } from '../../quarantine/quarantine-fields.ts';
import { quarantineList } from '../../quarantine/quarantine-table.ts';
import { relayRunFields, relayTaskFields } from '../../relay/relay-task-fields.ts';
import { relayTaskList } from '../../relay/tables/relay-task-list.ts';
import { longSessionsIndexSql } from '../../sessions/stream-session-table.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import { streamSessionList } from '../../sessions/stream-session-list.ts';

/** The tables of the read model, and the indexes that the projections use themselves. */
export const tablesSql = `
  CREATE TABLE progress (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    log_id      TEXT NOT NULL,
    position    INTEGER,
    event_id    TEXT,
    recorded_at INTEGER
  ) STRICT;

  CREATE TABLE poisoned (
    position    INTEGER PRIMARY KEY,
    stream_name TEXT NOT NULL,
    reason      TEXT NOT NULL
  ) STRICT;

  -- Bounded by the room of the quarantine.
  CREATE TABLE quarantined (
    ${fieldColumnsSql(quarantineFields)}
    event_id         TEXT    NOT NULL,
    diagnosis        TEXT    NOT NULL,
    stream_name      TEXT    NOT NULL,
    stored_bytes     INTEGER NOT NULL,
    changed_position INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX quarantined_by_reason ON quarantined (reason, position);
  CREATE INDEX quarantined_of_stream ON quarantined (stream_name, position);

  -- The sums of its rows, by reason.
  CREATE TABLE quarantine_usage (
    reason TEXT    PRIMARY KEY,
    events INTEGER NOT NULL,
    bytes  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE operator_facts (
    position     INTEGER PRIMARY KEY,
    event_id     TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    subject_type TEXT    NOT NULL,
    app_id       TEXT    NOT NULL,
    subject_key  TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    stated_by    TEXT,
    stated_at    INTEGER NOT NULL,
    ended_at     INTEGER,
    -- Of a withdrawal: the event id of the fact.
    withdraws    TEXT
  ) STRICT;
  CREATE UNIQUE INDEX operator_facts_of_subject ON operator_facts (app_id, subject_key, subject_type, event_id);

  CREATE TABLE callbacks (
    ${fieldColumnsSql(callbackFields)}
    event_id         TEXT    NOT NULL,
    identity         BLOB    NOT NULL,
    -- The stream that the body names, only where there is no session or task to have it.
    stream_id        TEXT,
    domain           TEXT,
    -- The rest for relay callbacks only: the order time within the task, and the content.
    at               INTEGER,
    relay_kind       TEXT,
    relay_event      TEXT,
    -- The source URLs that it names, of a callback that names its task.
    named_source     TEXT,
    -- The same of an exit that names none, and its order time among those.
    source_key       TEXT,
    source_at        INTEGER
  ) STRICT;
  -- The time first: callbacks that arrive in order are inserted at the end of the index, not all over it.
  CREATE INDEX callbacks_by_identity ON callbacks (occurred_at, identity, last_received_at);

  CREATE INDEX callbacks_of_task_by_time ON callbacks (task_row, relay_kind, at) WHERE task_row IS NOT NULL;
  -- Exits that name no task, by what relates them to one.
  CREATE INDEX callbacks_by_source ON callbacks (source_key, source_at, identity) WHERE source_key IS NOT NULL;
  -- Those without a time, by the task that they are attributed to.
  CREATE INDEX callbacks_of_task_untimed_exits ON callbacks (task_row, received_at)
    WHERE source_key IS NOT NULL AND occurred_at IS NULL;

  -- Arrivals after the first one, by event id: an event id that is in the log twice counts once.
  CREATE TABLE redeliveries (
    callback_position INTEGER NOT NULL,
    event_id          TEXT    NOT NULL,
    PRIMARY KEY (callback_position, event_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE stream_sessions (
    id               INTEGER PRIMARY KEY,
    ${fieldColumnsSql(streamSessionFields)}
    -- By what an operator states, where no interruption has arrived.
    closed_at        INTEGER,
    stream_key       TEXT,
    ordered_at       INTEGER NOT NULL,
    sequence_order   TEXT    NOT NULL,
    changed_position INTEGER NOT NULL,
    changed_ordinal  INTEGER NOT NULL,
    -- The first event of the row: orders rows of the same time, equally on every node.
    first_position   INTEGER NOT NULL,
    -- ended_at, or less than any time where it is not known: so an index over it has every row.
    ended_order      INTEGER NOT NULL,
    session          TEXT    NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX stream_sessions_by_sequence ON stream_sessions (sequence, app_id);
  CREATE INDEX stream_sessions_of_stream
    ON stream_sessions (stream_key, ordered_at, sequence_order) WHERE stream_key IS NOT NULL;

  CREATE TABLE relay_tasks (
    id               INTEGER PRIMARY KEY,
    ${fieldColumnsSql(relayTaskFields)}
    facts            TEXT    NOT NULL,
    source_key       TEXT,
    is_open          INTEGER NOT NULL,
    first_at         INTEGER NOT NULL,
    ordered_at       INTEGER NOT NULL,
    last_boundary_at INTEGER,
    last_sign_at     INTEGER,
    last_untimed_at  INTEGER,
    changed_position INTEGER NOT NULL,
    changed_ordinal  INTEGER NOT NULL,
    first_position   INTEGER NOT NULL,
    exited_order     INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX relay_tasks_by_task_id ON relay_tasks (task_id, app_id);

  -- All sources that a task has ever named, each as a key.
  CREATE TABLE relay_task_source_keys (
    source_key TEXT    NOT NULL,
    task_row   INTEGER NOT NULL,
    PRIMARY KEY (source_key, task_row)
  ) STRICT, WITHOUT ROWID;

  -- Tasks that an exit may belong to which names none, where there are several.
  CREATE TABLE relay_exit_candidates (
    exit_position INTEGER NOT NULL,
    task_row      INTEGER NOT NULL,
    source_key    TEXT    NOT NULL,
    source_at     INTEGER NOT NULL,
    PRIMARY KEY (exit_position, task_row)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX relay_exit_candidates_of_task ON relay_exit_candidates (task_row, source_at);

  CREATE TABLE relay_task_sources (
    url      TEXT    NOT NULL,
    task_row INTEGER NOT NULL,
    PRIMARY KEY (url, task_row)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX relay_task_sources_of_task ON relay_task_sources (task_row);

  CREATE TABLE relay_runs (
    task_row           INTEGER NOT NULL,
    -- Its order time, and which it is of those that began at the same moment.
    order_at           INTEGER NOT NULL,
    nth                INTEGER NOT NULL,
    opened_by          TEXT    NOT NULL,
    opened_at          INTEGER NOT NULL,
    opened_occurred_at INTEGER,
    opened_received_at INTEGER NOT NULL,
    ${fieldColumnsSql(relayRunFields)}
    -- Order times.
    start_at           INTEGER,
    exit_at            INTEGER,
    exit_code_text     TEXT,
    exit_message       TEXT,
    PRIMARY KEY (task_row, order_at, nth)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX relay_runs_by_time ON relay_runs (task_row, opened_at);
  CREATE INDEX relay_runs_exited ON relay_runs (task_row, order_at, nth) WHERE exit_at IS NOT NULL;

  CREATE TABLE relay_files (
    task_row         INTEGER NOT NULL,
    run_at           INTEGER NOT NULL,
    run_nth          INTEGER NOT NULL,
    key              TEXT    NOT NULL,
    file_index       INTEGER,
    url              TEXT,
    duration_seconds INTEGER,
    named_at         INTEGER NOT NULL,
    named_by         TEXT    NOT NULL,
    duration_at      INTEGER,
    duration_by      TEXT,
    starts           INTEGER NOT NULL,
    finishes         INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER,
    is_playing       INTEGER NOT NULL,
    PRIMARY KEY (task_row, run_at, run_nth, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE relay_alarms (
    task_row   INTEGER NOT NULL,
    run_at     INTEGER NOT NULL,
    run_nth    INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    times      INTEGER NOT NULL,
    PRIMARY KEY (task_row, run_at, run_nth, type)
  ) STRICT, WITHOUT ROWID;
`;

/** Statements for the indexes that only readers need: a rebuild runs them last, over the finished tables. */
export const readerIndexesSql: readonly string[] = [
  ...[quarantineList, callbackList, streamSessionList, relayTaskList].flatMap(readerIndexesOf),
  longSessionsIndexSql,
  'CREATE INDEX callbacks_by_stream ON callbacks (stream_id) WHERE stream_id IS NOT NULL',
  'CREATE INDEX relay_files_playing ON relay_files (task_row, run_at, run_nth, started_at) WHERE is_playing = 1',
];
