import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { tablesOf } from '../../../src/api/export/tables.ts';
import { openDocumentedLedger, type DocumentedLedger } from '../../support/documented-ledger.ts';

let ledger: DocumentedLedger;
beforeAll(async () => {
  ledger = await openDocumentedLedger();
});
afterAll(() => ledger.close());

const day = 'from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z';
const secret = 'S3CRET';

function linesOf(text: string): unknown[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
}

describe('every list and every statistic', () => {
  const tables = tablesOf(ledgerSchema());

  test('of the schema is a table: what is none is a single thing', () => {
    const fields = Object.keys(ledgerSchema().getQueryType()?.getFields() ?? {});
    const others = fields.filter((name) => !tables.has(name));
    expect(others.sort()).toEqual([
      'callbackSetup',
      'erasurePlan',
      'incident',
      'node',
      'nodes',
      'relayTask',
      'streamSession',
      'streamUptime',
      'viewer',
    ]);
  });

  test.each([...tables.values()].map(({ name, args }) => ({ name, args: args.map((arg) => arg.name) })))(
    '$name is answered in both formats, with its columns',
    async ({ name, args }) => {
      const isOfTime = args.includes('stepSeconds') || args.includes('timeZone');
      const query = `${isOfTime ? day : ''}${args.includes('stepSeconds') ? '&stepSeconds=3600' : ''}`;
      const [csv, jsonl] = await Promise.all(
        ['csv', 'jsonl'].map((ending) => ledger.get(`/export/${name}.${ending}?${query}`)),
      );
      expect([csv?.status, jsonl?.status]).toEqual([200, 200]);
      const [head = '', ...rows] = ((await csv?.text()) ?? '').trimEnd().split('\r\n');
      const objects = linesOf((await jsonl?.text()) ?? '');
      expect(head.split(',').length).toBeGreaterThan(2);
      expect(objects).toHaveLength(rows.length);
      for (const object of objects) expect(Object.keys(object as object)).toEqual(head.split(','));
    },
  );
});

test.each([
  ['streamSessions.csv', ''],
  ['relayTasks.csv', 'fields=taskId,state,sourceUrls,exitCode,currentFile.url,runs.exitCode'],
  ['callbacks.jsonl', 'first=3&fields=eventType,body,streamSession.sequence,relayTask'],
  [
    'streamSessionStatistics.csv',
    `${day}&groupBy=DOMAIN,HOUR&timeZone=Asia/Shanghai&fields=from,domain,began,interruptions`,
  ],
  ['concurrency.csv', `${day}&stepSeconds=14400`],
])('%s?%s is as it always was', async (file, query) => {
  const answer = await ledger.get(`/export/${file}?${query}`, 'analyst');
  const golden = readFileSync(new URL(`../../fixtures/exports/${file}`, import.meta.url), 'utf8');
  expect(await answer.text()).toBe(golden);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': file.endsWith('.csv')
      ? 'text/csv; charset=utf-8; header=present'
      : 'application/jsonl; charset=utf-8',
    'content-disposition': `attachment; filename="${file}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
  });
  expect(answer.headers.get('etag')).toBeNull();
});

const zone = 'for=spreadsheet&timeZone=Asia/Shanghai';

test.each([
  ['streamSessions', zone],
  ['callbacks', `${zone}&first=3&fields=position,eventType,kind,occurredAt,streamSession.endCode,relayTask,deliveries`],
  ['relayTasks', 'for=spreadsheet&fields=taskId,state,startedAt,exitCode,runs.exitedAt'],
  ['broadcasts', `${zone}&fields=streamId,startedAt,durationMs,sessions.pushDurationMs`],
  ['streamSessionStatistics', `${day}&${zone}&groupBy=END_CODE,DAY&fields=from,endCode,ended,medianMs`],
  ['callbackStatistics', `${day}&for=spreadsheet&groupBy=EVENT_TYPE&fields=eventType,callbacks,delayMsP50`],
])('%s.csv?%s is for spreadsheets', async (name, query) => {
  const answer = await ledger.get(`/export/${name}.csv?${query}`, 'analyst');
  const golden = readFileSync(new URL(`../../fixtures/exports/${name}-spreadsheet.csv`, import.meta.url));
  expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe(golden.toString());
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
});

test('filters, orders and rights are those of GraphQL; columns that make a node dear are read by smaller pages', async () => {
  const filter = { appId: { eq: '12345678' }, state: { in: ['LIVE', 'ENDED'] } };
  const orderBy = { field: 'STARTED_AT', direction: 'ASC' };
  const query = `filter=${JSON.stringify(filter)}&orderBy=${JSON.stringify(orderBy)}`;
  const fields = 'sequence,callbacks.nodes.position,callbacks.nodes.eventType,callbacks.totalCount';
  const rows = linesOf(await (await ledger.get(`/export/streamSessions.jsonl?${query}&fields=${fields}`)).text());
  const { data } = await ledger.ask(
    `query ($filter: StreamSessionFilter, $orderBy: StreamSessionOrder) { streamSessions(filter: $filter, orderBy: $orderBy, first: 20) {
      nodes { sequence callbacks { totalCount nodes { position eventType } } } } }`,
    { filter, orderBy },
  );
  const { nodes } = data?.['streamSessions'] as {
    nodes: { sequence: string; callbacks: { totalCount: number; nodes: { position: string; eventType: number }[] } }[];
  };
  expect(nodes.length).toBeGreaterThan(3);
  expect(rows).toEqual(
    nodes.map(({ sequence, callbacks }) => ({
      sequence,
      'callbacks.nodes.position': callbacks.nodes.map(({ position }) => position),
      'callbacks.nodes.eventType': callbacks.nodes.map(({ eventType }) => eventType),
      'callbacks.totalCount': callbacks.totalCount,
    })),
  );
});

test('an analyst is shown no credentials, an admin all', async () => {
  const path = '/export/callbacks.csv?fields=body,streamSession.streamParam';
  const [analyst, admin] = await Promise.all(
    (['analyst', 'admin'] as const).map(async (role) => (await ledger.get(path, role)).text()),
  );
  expect(admin).toContain('txSecret=');
  expect(analyst).toContain('(hidden)');
  expect(analyst).not.toContain('txSecret=');
});

describe('is refused', () => {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await ledger.get(path, 'analyst', headers);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  test.each<[parameter: string, path: string, status: number, code: string]>([
    ['filter', `streamSessions.csv?filter={"appId":"${secret}"}`, 400, 'BAD_USER_INPUT'],
    ['filter', `streamSessions.csv?filter=${secret}`, 400, 'BAD_USER_INPUT'],
    ['orderBy', `callbacks.csv?orderBy={"field":"${secret}","direction":"ASC"}`, 400, 'BAD_USER_INPUT'],
    ['fields', `callbacks.csv?fields=eventType,${secret}`, 400, 'BAD_USER_INPUT'],
    ['fields', `callbacks.csv?fields=streamSession.__proto__`, 400, 'BAD_USER_INPUT'],
    ['fields', `callbacks.csv?fields=${'eventType,'.repeat(60)}kind`, 400, 'BAD_USER_INPUT'],
    ['first', `callbacks.csv?first=${secret}`, 400, 'BAD_USER_INPUT'],
    ['first', `callbacks.csv?first=1&first=2`, 400, 'BAD_USER_INPUT'],
    ['first', `receivingOutages.csv?${day}&first=501`, 400, 'PAGE_TOO_LARGE'],
    ['from, to', 'streamSessionStatistics.csv', 400, 'BAD_USER_INPUT'],
    ['from', `streamSessionStatistics.csv?from=${secret}&to=2026-11-22T00:00:00Z`, 400, 'BAD_USER_INPUT'],
    ['groupBy', `callbackStatistics.csv?${day}&groupBy=DAY,${secret}`, 400, 'BAD_USER_INPUT'],
    ['timeZone', `callbackStatistics.csv?${day}&timeZone=${secret}`, 400, 'BAD_USER_INPUT'],
    ['for', `streamSessions.csv?for=${secret}`, 400, 'BAD_USER_INPUT'],
    ['for', 'streamSessions.csv?for=', 400, 'BAD_USER_INPUT'],
    ['for', 'streamSessions.csv?for=spreadsheet&for=spreadsheet', 400, 'BAD_USER_INPUT'],
    ['for=spreadsheet', 'streamSessions.jsonl?for=spreadsheet', 400, 'BAD_USER_INPUT'],
    ['timeZone', `streamSessions.csv?for=spreadsheet&timeZone=${secret}`, 400, 'BAD_USER_INPUT'],
    ['timeZone', 'streamSessions.csv?timeZone=Asia/Shanghai', 400, 'BAD_USER_INPUT'],
    ['stepSeconds', `concurrency.csv?${day}&stepSeconds=${secret}`, 400, 'BAD_USER_INPUT'],
    ['first, filter, orderBy, fields', `streamSessions.csv?${secret}=${secret}`, 400, 'BAD_USER_INPUT'],
    ['fields', `streamSessions.csv?after=${secret}`, 400, 'BAD_USER_INPUT'],
    ['.jsonl', `${secret}.csv`, 404, 'NOT_FOUND'],
    ['.jsonl', 'streamSessions.xlsx', 404, 'NOT_FOUND'],
    ['operator', 'forwardTargets.csv', 403, 'FORBIDDEN'],
  ])('naming %s: %s', async (parameter, path, status, code) => {
    const { text, ...answer } = await get(`/export/${path}`);
    expect(answer.status).toBe(status);
    expect(JSON.parse(text)).toEqual({
      code: status,
      error: code,
      message: expect.stringContaining(parameter),
      requestId: answer.headers.get('x-request-id'),
    });
    expect(text).not.toContain(secret);
    expect(answer.headers.get('content-disposition')).toBeNull();
  });

  test('without a token; for the page of another origin; by another method', async () => {
    const path = '/export/streamSessions.csv';
    const anonymous = await get(path, { authorization: '' });
    expect(anonymous).toMatchObject({ status: 401, text: expect.stringContaining('UNAUTHENTICATED') });
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
    expect(await get(path, { 'sec-fetch-site': 'cross-site' })).toMatchObject({
      status: 403,
      text: expect.stringContaining('ORIGIN_NOT_ALLOWED'),
    });
    expect((await ledger.get(path, 'operator', {}, 'PUT')).status).toBe(405);
  });
});
