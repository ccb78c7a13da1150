import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { sqlFileIn } from '../../src/projecting/file/read-models-on-disk.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { startLedger } from '../support/live-ledger-process.ts';
import { runCommand } from '../support/run-command.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const names = { '1': '=1+1', '2': 'a\u001b[31m"b', '3': 'x'.repeat(90) };
  for (const [sequence, streamId] of Object.entries(names)) {
    await running.post(pushBody({ sequence, stream_id: streamId, event_time: 1_600_000_000 }));
  }
  await running.post(interruptionBody({ sequence: '1', stream_id: '=1+1', event_time: 1_600_000_060, errcode: 1 }));
  await running.projected();
});
afterAll(() => running.close());

/** In this process; the command itself would run the statement in another. */
const sql = (...args: string[]) =>
  runCommand(['sql', '--data-dir', running.dataDir, ...args], { LIVE_LEDGER_SQL_CHILD: '1' });

const pushes = 'SELECT sequence, stream_id, end_code, started_at FROM v1_stream_sessions ORDER BY sequence';

test('prints the path of a file that SQLite opens, and the names of its views', async () => {
  const { status, stdout, stderr } = await sql();
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${sqlFileIn(running.dataDir)}\n` });
  expect(stderr).toContain('v1_stream_sessions');
});

describe('prints rows', () => {
  test('as a table, without control characters and with long cells cut', async () => {
    const { status, stdout } = await sql(pushes);
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `sequence  stream_id${' '.repeat(53)}end_code  started_at`,
      `--------  ${'-'.repeat(60)}  --------  ------------------------`,
      `1         =1+1${' '.repeat(58)}1         2020-09-13T12:26:40.000Z`,
      `2         a\ufffd[31m"b${' '.repeat(52)}            2020-09-13T12:26:40.000Z`,
      `3         ${'x'.repeat(59)}…            2020-09-13T12:26:40.000Z`,
      '',
    ]);
  });

  test('as CSV that no spreadsheet takes for a formula, and as JSON lines', async () => {
    const { stdout: csv } = await sql('--csv', `${pushes} LIMIT 1`);
    expect(csv).toBe("sequence,stream_id,end_code,started_at\r\n1,'=1+1,1,2020-09-13T12:26:40.000Z\r\n");
    const { stdout: json } = await sql(
      '--json',
      "SELECT 1 AS one, NULL AS none, 9007199254740993 AS large, x'00ff' AS bytes",
    );
    expect(json).toBe('{"one":1,"none":null,"large":"9007199254740993","bytes":"00ff"}\n');
  });

  test('no more than asked for, and says if there are more', async () => {
    const { status, stdout, stderr } = await sql('--json', '--rows', '2', pushes);
    expect({ status, lines: stdout.trim().split('\n').length }).toEqual({ status: 0, lines: 2 });
    expect(stderr).toBe('Only the first 2 rows: there are more. Ask for fewer, or for more with --rows.\n');
    expect((await sql('--json', '--rows', '3', pushes)).stderr).toBe('');
    const { stdout: none } = await sql('SELECT sequence FROM v1_stream_sessions WHERE 0');
    expect(none).toBe('sequence\n--------\n');
  });
});

describe('refuses, with exit status 1,', () => {
  test.each([
    ['SELECT nobody FROM v1_stream_sessions', 'SQLite refused the statement: no such column: nobody.\n'],
    ['SELEC 1', 'SQLite refused the statement: near "SELEC": syntax error.\n'],
    ['SELECT 1; SELECT 2', 'Give one statement, not several.\n'],
    ['DELETE FROM stream_sessions', 'Only a statement that reads is run: a SELECT.\n'],
    ["ATTACH '/tmp/other.sqlite' AS other", 'Only a statement that reads is run: a SELECT.\n'],
    ['SELECT json(stream_id) FROM v1_stream_sessions', 'SQLite refused the statement: malformed JSON.\n'],
  ])('%s', async (statement, stderr) => {
    expect(await sql(statement)).toEqual({ status: 1, stdout: '', stderr });
  });

  test('a view that does not exist, and names those that do', async () => {
    const { status, stderr } = await sql('SELECT * FROM v1_sessions');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^SQLite refused the statement: no such table: v1_sessions. The views: v1_stream_sessions, /,
    );
  });

  test('a folder whose service has not run', async () => {
    const folder = makeTemporaryFolder();
    expect(await runCommand(['sql', '--data-dir', folder.path, 'SELECT 1'])).toMatchObject({ status: 1, stdout: '' });
    folder.remove();
  });
});

test.each([
  [['--rows', '0', 'SELECT 1'], '--rows: must be 1 to 100000'],
  [['--seconds', 'x', 'SELECT 1'], '--seconds: must be 1 to 3600'],
  [['--csv', '--json', 'SELECT 1'], '--json and --csv exclude each other'],
  [['SELECT', '1'], 'sql takes one value and flags only.'],
  [['SELECT 1', '--x'], 'sql has no flag --x.'],
])('refuses %j, with exit status 2', async (args, message) => {
  const { status, stdout, stderr } = await sql(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('stops a statement that takes too long', async () => {
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
  const ledger = startLedger(['sql', '--data-dir', running.dataDir, '--seconds', '1', endless]);
  expect(await ledger.ended()).toBe(1);
  expect(ledger.stderr()).toBe('The statement was stopped after 1 s. Ask for less, or give it more --seconds.\n');
});

test('prints rows in a process of its own, and its exit status is that of the statement', async () => {
  const ofStatement = async (statement: string) => {
    const ledger = startLedger(['sql', '--data-dir', running.dataDir, '--seconds', '3600', '--json', statement]);
    return { status: await ledger.ended(), stdout: ledger.stdout() };
  };
  expect(await ofStatement('SELECT 1 AS one')).toEqual({ status: 0, stdout: '{"one":1}\n' });
  expect(await ofStatement('SELECT')).toMatchObject({ status: 1, stdout: '' });
});

test('says so if the service has made no file yet', async () => {
  rmSync(sqlFileIn(running.dataDir));
  const { status, stderr } = await sql('SELECT 1');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^There is no .*sql\.sqlite\. Start the service/);
});
