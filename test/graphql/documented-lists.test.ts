import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { filterDepthMax, filterPartsMax } from '../../src/graphql/inputs/to-condition.ts';
import { totalCountMax } from '../../src/graphql/connect.ts';
import { operationRowsMax } from '../../src/graphql/row-budget.ts';
import { rowsLookedAtMax } from '../../src/read-models/sqlite/list-spending.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { documentedPaths } from '../support/documented-paths.ts';
import { relayBody, sourceUrlsAsSent } from '../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

/** What docs/api.md says of lists is run, and its table is the one that lists are read by. */

const page = readFileSync(path.join(fileURLToPath(new URL('../..', import.meta.url)), 'docs/api.md'), 'utf8');
const section = /^## Filters, orders and counts$.*?(?=^## )/ms.exec(page)?.[0] ?? '';
const queries = [...section.matchAll(/```graphql\n(.*?)```/gs)].map(([, query]) => query ?? '');

const seconds = (moment: string) => Date.parse(`2026-11-21T${moment}Z`) / 1_000;
const sessionOf = (sequence: string, facts: Record<string, unknown>) => ({
  sequence,
  appid: 12345678,
  app: 'push.example.com',
  user_ip: '203.0.113.7',
  ...facts,
});
const taskOf = (facts: Record<string, unknown>) => ({
  task_id: '220071',
  appid: 12345678,
  stream_id: 'relay-a',
  source_urls: sourceUrlsAsSent('https://media.example.net/intro.mp4?key=93b1'),
  ...facts,
});

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => Date.parse('2026-11-21T11:53:02Z') });
  const studio = sessionOf('7000000000000000001', { stream_id: 'studio-a' });
  for (const body of [
    pushBody({ ...studio, event_time: seconds('11:33:01') }),
    interruptionBody({ ...studio, event_time: seconds('11:43:03'), errcode: 14, push_duration: '602000' }),
    pushBody(sessionOf('7000000000000000002', { stream_id: 'studio-b', event_time: seconds('11:43:01') })),
    relayBody('TaskStart', {}, taskOf({ event_time: String(seconds('10:23:01')) })),
    relayBody('TaskAlarm', { type: 'PushStreamUnstable' }, taskOf({ event_time: String(seconds('10:27:11')) })),
    relayBody('TaskExit', { code: -22, message: 'm' }, taskOf({ event_time: String(seconds('10:28:01')) })),
    relayBody('TaskExit', { code: -22, message: 'm' }, { task_id: undefined, appid: 4, source_urls: '' }),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

describe('docs/api.md', () => {
  test.each(queries)('%s', async (query) => {
    const { data, errors } = await running.ask(query);
    expect(errors).toBeUndefined();
    for (const [name, list] of Object.entries(data ?? {})) {
      expect([name, (list as { nodes: unknown[] }).nodes.length]).not.toEqual([name, 0]);
    }
  });

  test('has such queries, and the table of what an index serves', () => {
    expect(queries.length).toBeGreaterThan(7);
    const rows = section
      .split('\n')
      .filter((line) => /^\| `(streamSessions|relayTasks|callbacks|quarantine)` \|/.test(line));
    expect(rows).toEqual(documentedPaths());
  });

  test('names the limits as they are', () => {
    const limits = [filterDepthMax, filterPartsMax, totalCountMax, operationRowsMax, rowsLookedAtMax];
    for (const limit of limits) expect(section).toContain(limit.toLocaleString('en'));
  });
});
