import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { request, type IncomingMessage } from 'node:http';
import type { ApiAccess } from '../../../src/api/access/admission.ts';
import { exportsMax } from '../../../src/connections/limits.ts';
import { readModelFileName } from '../../../src/projecting/file/read-model-file.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { askUntil } from '../../support/ask-until.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { foldTextOfNothing } from '../../support/list-rows.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** With long names 30 MB of CSV: far more than sockets buffer. */
const sessions = 20_000;
const nameLength = 1_200;
/** More than one page of callbacks. */
const callbacks = 250;

let running: RunningApp;
/** Read for each request. */
const access = { mode: 'open' };
beforeAll(async () => {
  running = await startApp({ access: access as ApiAccess });
  await Promise.all(
    Array.from({ length: callbacks }, (_, index) => running.post(pushBody({ sequence: String(1_000 + index) }))),
  );
  await running.projected();
  await running.restart((dataDir) => {
    fill(readModelFileName(dataDir));
    return Promise.resolve();
  });
});
afterAll(() => running.close());

/** Copies one session, so that there are as many in the read model. */
function fill(file: string): void {
  const db = new Database(file);
  db.prepare(
    `WITH RECURSIVE numbers(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO stream_sessions (app_id, sequence, domain, path, stream_id, state, started_at, started_at_source,
       stream_key, ordered_at, sequence_order, changed_position, changed_ordinal, first_position, list_position, ended_order, session)
     SELECT app_id, printf('7%018d', n), domain, path, printf('%0*d', ?, n), 'SUPERSEDED', started_at, started_at_source,
       stream_key, started_at + n, n, 1000000 + n, 0, 1000000 + n, 1000000 + n, ended_order, ?
     FROM numbers, (SELECT * FROM stream_sessions LIMIT 1)`,
  ).run(sessions - callbacks, nameLength, foldTextOfNothing);
  db.close();
}

const all =
  '/export/streamSessions.csv?fields=sequence,streamId,state,startedAt,node,firstReceivedAt,lastReceivedAt,deliveries';

/** A response that nobody reads yet. */
function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false, highWaterMark: 1024 } as object, resolve)
      .on('error', reject)
      .end();
  });
}

const sample = (name: string) => scrapeSample(running.app.url, name);
const rowsWritten = () => sample('live_ledger_export_rows_total{table="streamSessions"}');
/** Resolves once one has ended so, which its client may see a moment earlier. */
const untilEnded = (end: string, table = 'streamSessions') =>
  askUntil(
    () => sample(`live_ledger_exports_total{table="${table}",end="${end}"}`),
    (count) => count === 1,
  );

test('a page is read once the client has taken those before it: who reads has all rows, while who does not has a few made', async () => {
  const before = await rowsWritten();
  const paused = await open(running.app.url + all);
  const sequences = new Set<string>();
  let rest = '';
  for await (const chunk of await open(running.app.url + all)) {
    const lines = (rest + String(chunk)).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) sequences.add(line.slice(0, line.indexOf(',')));
  }
  // And the line of names.
  expect(sequences.size).toBe(sessions + 1);
  await untilEnded('WHOLE');
  const ofPaused = (await rowsWritten()) - before - sessions;
  expect(ofPaused).toBeGreaterThan(0);
  expect(ofPaused).toBeLessThan(sessions / 2);

  paused.destroy();
  await askUntil(
    () => sample('live_ledger_exports_open'),
    (open) => open === 0,
  );
  await untilEnded('CLOSED');
});

test('only so many are answered at once; the others are refused, and may come again', async () => {
  const paused = [];
  for (let index = 0; index < exportsMax; index += 1) paused.push(await open(running.app.url + all));
  const refused = await fetch(running.app.url + all);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await refused.json()).toMatchObject({ error: 'QUERIES_OVERLOADED' });
  paused.pop()?.destroy();
  await askUntil(
    () => sample('live_ledger_exports_open'),
    (open) => open < exportsMax,
  );
  const next = await open(running.app.url + all);
  expect(next.statusCode).toBe(200);
  for (const one of [next, ...paused]) one.destroy();
  await askUntil(
    () => sample('live_ledger_exports_open'),
    (open) => open === 0,
  );
});

test('where a later page can not be read, the answer is cut off, and its client sees that', async () => {
  const of = `${running.app.url}/export/callbacks.jsonl?fields=position,body`;
  const positions = async () => {
    const lines = (await (await fetch(`${of}&first=1000`)).text()).trimEnd().split('\n');
    return lines.map((line) => (JSON.parse(line) as { position: string }).position);
  };
  const oldest = (await positions()).at(-1);
  alterLogFile(running.dataDir, `UPDATE events SET data = CAST('{}' AS BLOB) WHERE position = ${oldest}`);
  const answer = await fetch(of);
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow('terminated');
  await untilEnded('FAILED', 'callbacks');
  expect(running.logLines.filter((line) => line.includes('an export was cut off'))).toEqual([
    expect.stringMatching(/"table":"callbacks","code":"EVENT_DAMAGED"/),
  ]);
  // On the first page it has a status of its own.
  const ascending = encodeURIComponent('{"field":"RECORDED","direction":"ASC"}');
  const refused = await fetch(`${of}&orderBy=${ascending}`);
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'EVENT_DAMAGED' }]);
});

test('an export is cut off once its client may not read any more', async () => {
  const answer = await fetch(running.app.url + all);
  expect(answer.status).toBe(200);
  access.mode = 'closed';
  await expect(answer.text()).rejects.toThrow('terminated');
  access.mode = 'open';
});

test('an export that is under way does not delay the end of the service: it is cut off', async () => {
  const paused = await open(running.app.url + all);
  const cut = new Promise((resolve) => paused.once('error', resolve));
  await running.restart();
  paused.resume();
  expect(await cut).toMatchObject({ code: 'ECONNRESET' });
});
