import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { replaceUrlCredentials } from '../../../src/callbacks/wire-values.ts';
import { columnNameOf } from '../../../src/lists/list-fields.ts';
import { openReadModelForWriting, readModelFileName } from '../../../src/projecting/file/read-model-file.ts';
import { linkSqlFile, sqlFileIn } from '../../../src/projecting/file/read-models-on-disk.ts';
import { hiddenSql, sqlViews, writeSqlViews } from '../../../src/projecting/file/sql-views.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { openQuestionsLedger } from '../../support/questions-ledger.ts';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { typedBodies } from '../../support/typed-bodies.ts';

type Row = Record<string, unknown>;

function select(dataDir: string, sql: string): Row[] {
  const db = new Database(sqlFileIn(dataDir), { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

async function ask(running: RunningApp, query: string, token?: string): Promise<Record<string, unknown>> {
  const { data, errors } = await running.ask(
    query,
    {},
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
  expect(errors).toBeUndefined();
  return data ?? {};
}

/** The columns that have the name of a field of the type, which is compared. The others are named in the test of each view. */
async function fieldsOfType(running: RunningApp, type: string): Promise<string[]> {
  const { __type } = await ask(
    running,
    `{ __type(name: "${type}") { fields { name type { kind ofType { kind } } } } }`,
    'v1',
  );
  const { fields } = __type as { fields: { name: string; type: { kind: string; ofType: { kind: string } | null } }[] };
  const isLeaf = (kind: string | undefined) => kind === 'SCALAR' || kind === 'ENUM';
  return fields.flatMap(({ name, type: of }) => (isLeaf(of.kind) || isLeaf(of.ofType?.kind) ? [name] : []));
}

/** A row of a view as GraphQL answers it to an analyst; texts that SQL hides as a whole are left out on both sides. */
function expectSame(fields: readonly string[], rows: readonly Row[], nodes: readonly Row[]): void {
  expect(rows).toHaveLength(nodes.length);
  for (const [at, row] of rows.entries()) {
    const node = nodes[at] ?? {};
    for (const field of fields) {
      const found = row[columnNameOf(field)];
      const expected = node[field];
      if (found === '(hidden)') expect(expected).toContain('(hidden)');
      else if (typeof expected === 'boolean') expect([field, found]).toEqual([field, Number(expected)]);
      else expect([field, typeof expected === 'string' ? String(found) : found]).toEqual([field, expected]);
    }
  }
}

const second = 1_600_000_000;
const names = { appid: 1, domain: 'a.example', path: 'live', streamId: 's', sequence: '6674468118806626493' };
const secret = 'Canary0secret';

/** A push, its end, a relay task and one callback of each other type, all with credentials where CSS sends them. */
async function openWithSecrets(): Promise<RunningApp> {
  const running = await startApp({ access: analystAndAdmin, authenticity: { keys: [], tokens: ['token'] } });
  const post = (body: unknown) => running.post(body, '/callbacks/css/token');
  const push = {
    appid: 1,
    app: 'a.example',
    appname: 'live',
    stream_id: 's',
    channel_id: 'c',
    sequence: names.sequence,
  };
  const param = { stream_param: `txSecret=${secret}` };
  await post(pushBody({ ...push, ...param, event_time: second - 60 }));
  const errmsg = `gone: rtmp://a.example/live/s?txSecret=${secret}`;
  await post(interruptionBody({ ...push, ...param, errmsg, errcode: 'odd', event_time: second + 90 }));
  await post(
    interruptionBody({ ...push, ...param, errmsg, errcode: 18, push_duration: '0', sequence: '1', event_time: second }),
  );
  const url = `https://user:${secret}@media.example/a.mp4?token=${secret}`;
  const task = {
    appid: 1,
    task_id: '7',
    stream_id: 's',
    source_urls: sourceUrlsAsSent(url),
    event_time: String(second),
    to_url: `rtmp://a.example/live/s?txSecret=${secret}`,
  };
  await post(relayBody('TaskStart', {}, task));
  await post(relayBody('VodSourceFileStart', { index: 0, url, duration: 7 }, task));
  await post(relayBody('TaskAlarm', { type: 'PullFileUnstable' }, task));
  await post(
    relayBody('TaskExit', { code: -22, message: `can't open ${url}` }, { ...task, event_time: String(second + 9) }),
  );
  for (const body of Object.values(typedBodies(names, second))) {
    const sent = JSON.stringify(body).replaceAll('=secret', `=${secret}`).replaceAll(':secret@', `:${secret}@`);
    await post(sent);
  }
  // Without the token, so it is quarantined.
  await running.post(pushBody({ ...push, ...param }));
  await running.projected();
  return running;
}

describe('each view has what GraphQL answers an analyst', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await openWithSecrets();
  });
  afterAll(() => running.close());

  test.each([
    ['stream_sessions', 'streamSessions', 'StreamSession', ['end_side', 'ended_at_order', 'node', 'started_at_order']],
    ['relay_tasks', 'relayTasks', 'RelayTask', ['exited_at_order', 'started_at_order']],
    ['callbacks', 'callbacks', 'CallbackRecord', ['received_at_order', 'sequence']],
    ['refused_pushes', 'refusedPushes', 'RefusedPush', ['at_order', 'node']],
    ['quarantine', 'quarantine', 'QuarantinedCallback', ['position', 'received_at_order']],
    ['push_errors', 'pushErrors', 'PushError', ['at_order', 'callback_position']],
    ['recordings', 'recordings', 'Recording', ['at_order', 'callback_position']],
    ['recording_events', 'recordingEvents', 'RecordingEvent', ['at_order', 'callback_position']],
    ['screenshots', 'screenshots', 'Screenshot', ['at_order', 'callback_position']],
    ['findings', 'findings', 'Finding', ['at_order', 'callback_position']],
  ] as const)('%s', async (view, list, type, others) => {
    const rows = select(running.dataDir, `SELECT * FROM v1_${view}`);
    const known = await fieldsOfType(running, type);
    const columns = sqlViews.find(({ name }) => name === `v1_${view}`)?.columns.map(({ name }) => name) ?? [];
    const fields = known.filter((field) => columns.includes(columnNameOf(field)));
    expect(columns.filter((column) => !fields.map((field) => columnNameOf(field)).includes(column)).sort()).toEqual(
      others,
    );
    const answer = await ask(running, `{ ${list} { nodes { ${fields.join(' ')} } } }`, 'v1');
    const { nodes } = answer[list] as { nodes: Row[] };
    expect(nodes.length).toBeGreaterThan(0);
    const sorted = (some: readonly Row[], names: readonly string[]) => {
      const keyOf = (row: Row) => names.map((name) => (row[name] ?? null) as string | number | null).join();
      return [...some].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    };
    expectSame(
      fields,
      sorted(
        rows,
        fields.map((field) => columnNameOf(field)),
      ),
      sorted(nodes, fields),
    );
  });

  test('runs, files and alarms', async () => {
    const { relayTasks } = await ask(
      running,
      `{ relayTasks(first: 1) { nodes { appId taskId runs { startedAt startReceivedAt exitedAt exitReceivedAt exitCode attribution
        exitMessage files { url times startedAt finishedAt durationSeconds } alarms { type firstAt lastAt times } } } } }`,
      'v1',
    );
    const [task] = (relayTasks as { nodes: Row[] }).nodes;
    const [run = {}] = task?.['runs'] as Row[];
    const [row = {}] = select(running.dataDir, 'SELECT * FROM v1_relay_runs');
    expect(row).toMatchObject({ app_id: task?.['appId'], task_id: task?.['taskId'] });
    const fields = [
      'startedAt',
      'startReceivedAt',
      'exitedAt',
      'exitReceivedAt',
      'exitCode',
      'attribution',
      'exitMessage',
    ];
    expectSame(fields, [row], [run]);
    const files = select(running.dataDir, `SELECT * FROM v1_relay_files WHERE run = '${String(row['run'])}'`);
    expectSame(['url', 'times', 'startedAt', 'finishedAt'], files, run['files'] as Row[]);
    expect(files).toMatchObject([{ duration_ms: 7_000, is_playing: 1 }]);
    const alarms = select(running.dataDir, `SELECT * FROM v1_relay_alarms WHERE run = '${String(row['run'])}'`);
    expectSame(['type', 'firstAt', 'lastAt', 'times'], alarms, run['alarms'] as Row[]);
  });

  test('none has a secret', () => {
    const all = sqlViews.map(({ name }) => JSON.stringify(select(running.dataDir, `SELECT * FROM ${name}`)));
    expect(all.join('\n')).not.toContain(secret);
    // They were sent, and a table that no view shows has them.
    expect(JSON.stringify(select(running.dataDir, 'SELECT * FROM stream_sessions'))).toContain(secret);
  });
});

test('broadcasts are those that GraphQL stitches', async () => {
  const running = await openQuestionsLedger();
  try {
    const fields = [
      'appId',
      'domain',
      'path',
      'streamId',
      'startedAt',
      'endedAt',
      'isLive',
      'reconnects',
      'longestGapMs',
    ];
    const { broadcasts } = await ask(
      running,
      `{ broadcasts(first: 100) { nodes { ${fields.join(' ')} durationMs } } }`,
    );
    const { nodes } = broadcasts as { nodes: Row[] };
    const order = (some: readonly Row[], keys: readonly string[]) =>
      [...some].sort((one, other) =>
        keys.map((key) => String(one[key])).join() < keys.map((key) => String(other[key])).join() ? -1 : 1,
      );
    const rows = order(select(running.dataDir, 'SELECT * FROM v1_broadcasts'), ['started_at', 'stream_id']);
    const sorted = order(nodes, ['startedAt', 'streamId']);
    expectSame(fields, rows, sorted);
    expect(rows.map(({ duration_ms: ms }) => ms)).toEqual(
      sorted.map(({ isLive, durationMs }) => (isLive === true ? null : durationMs)),
    );
    expect(rows.filter((row) => Number(row['reconnects']) > 0).length).toBeGreaterThan(1);
  } finally {
    await running.close();
  }
});

test('a text is shown only if an analyst reads it as it is', () => {
  const db = new Database(':memory:');
  const shown = db.prepare<[string], string>(`SELECT ${hiddenSql('text')} FROM (SELECT ? AS text)`).pluck();
  const parts = fc.constantFrom(
    'https://',
    ':\\/\\/',
    'a.example',
    '/live',
    '?',
    'k=v',
    '=',
    '#',
    '@',
    'u:p',
    ' ',
    '\\u003f',
    '"',
    'x',
  );
  const texts = fc.array(parts, { maxLength: 9 }).map((some) => some.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      const asViewersRead = replaceUrlCredentials(text, { query: '?(hidden)', login: '(hidden)@' });
      expect([text, '(hidden)']).toContain(shown.get(text));
      if (asViewersRead !== text) expect(shown.get(text)).toBe('(hidden)');
    }),
  );
  expect(shown.get('How are you? Fine: see https://vod.example/a.mp4')).toBe('(hidden)');
  expect(shown.get('How are you? Fine')).toBe('How are you? Fine');
  expect(shown.get('https://vod.example/a.mp4')).toBe('https://vod.example/a.mp4');
  db.close();
});

test('a moment is in UTC to the millisecond, whatever it is', () => {
  const db = new Database(':memory:');
  const column = sqlViews
    .find(({ name }) => name === 'v1_progress')
    ?.columns.find(({ name }) => name === 'recorded_at');
  const iso = db.prepare<[number], string>(`SELECT ${column?.sql ?? ''} FROM (SELECT ? AS recorded_at)`).pluck();
  const moments = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') });
  fc.assert(
    fc.property(moments, (ms) => {
      expect(iso.get(ms)).toBe(new Date(ms).toISOString());
    }),
  );
  db.close();
});

describe('a file', () => {
  const folder = makeTemporaryFolder();
  afterAll(() => folder.remove());

  test('gets the views of this program if it has others, and is written no second time', () => {
    const file = readModelFileName(folder.path);
    const db = openReadModelForWriting(file, 'a-log');
    const version = () => db.pragma('schema_version', { simple: true });
    db.exec('CREATE VIEW v0_callbacks AS SELECT 1 AS one; CREATE VIEW v1_callbacks AS SELECT 2 AS two');
    writeSqlViews(db);
    const views = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name").pluck().all();
    expect(views).toEqual(sqlViews.map(({ name }) => name).sort());
    expect(
      db
        .prepare('SELECT * FROM v1_callbacks')
        .columns()
        .map(({ name }) => name),
    ).toContain('received_at');
    const written = version();
    writeSqlViews(db);
    expect(version()).toBe(written);
    db.close();
  });

  test.each([
    ['v1_stream_sessions WHERE started_at_order >= 5', 'stream_sessions_by_start'],
    ["v1_stream_sessions WHERE state = 'ENDED' AND ended_at_order >= 5", 'stream_sessions_ended'],
    ["v1_stream_sessions WHERE sequence = '5'", 'stream_sessions_by_sequence'],
    ["v1_relay_runs WHERE task_id = '5'", 'relay_tasks_by_task_id'],
    ['v1_callbacks WHERE received_at_order >= 5', 'callbacks_by_received'],
    ['v1_findings WHERE at_order >= 5', 'typed_findings_by_time'],
    ["v1_broadcasts WHERE stream_id = 's'", 'stream_sessions_by_stream_id'],
  ])('finds rows of %s by an index', (from, index) => {
    const db = new Database(readModelFileName(folder.path), { readonly: true });
    const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN SELECT * FROM ${from}`).all();
    db.close();
    expect(plan.map(({ detail }) => detail).join('\n')).toContain(index);
  });

  test('is linked under one name, also when another takes its place', () => {
    const file = readModelFileName(folder.path);
    const link = sqlFileIn(folder.path);
    linkSqlFile(folder.path, file);
    const open = new Database(link, { readonly: true });
    expect(open.prepare('SELECT count(*) FROM v1_callbacks').pluck().get()).toBe(0);
    const other = readModelFileName(folder.path, 2);
    const db = openReadModelForWriting(other, 'another-log');
    writeSqlViews(db);
    linkSqlFile(folder.path, other);
    // In WAL mode, and not checkpointed: SQLite finds the file's log beside the file itself.
    expect(select(folder.path, 'SELECT log_id FROM v1_progress')).toEqual([{ log_id: 'another-log' }]);
    // A program that had the file open goes on with it.
    expect(open.prepare('SELECT log_id FROM v1_progress').pluck().get()).toBe('a-log');
    open.close();
    db.close();
    expect(readlinkSync(link)).toBe(path.basename(other));
    linkSqlFile(folder.path, null);
    expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
  });
});
