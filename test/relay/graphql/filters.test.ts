import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RelayTasksDocument, type RelayTasksQueryVariables } from '../../../schema/operations.generated.ts';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

type Filter = NonNullable<RelayTasksQueryVariables['filter']>;

const beginsAtMs = Date.parse('2026-03-01T00:00:00Z');
const [a, b] = ['http://source.example/a.flv?key=k', 'http://source.example/b.flv'];

let running: RunningApp;

beforeAll(async () => {
  running = await startApp({ clock: () => beginsAtMs });
  for (const body of [
    // exited with -22
    ...taskOf({ task_id: '101' }, start(0), exit(60, -22)),
    // exited with -22, and was started again
    ...taskOf(
      { task_id: '102', stream_id: 'two', to_url: 'rtmp://push.example/live/two', source_urls: sourceUrlsAsSent(a, b) },
      start(100),
      exit(110, -22),
      start(120),
    ),
    // exited with -22, then with 0
    ...taskOf(
      { task_id: '103', stream_id: '', to_url: 'rtmp://other.example/live/One?txSecret=s' },
      start(200),
      exit(210, '-22'),
      start(220),
      exit(230, 0),
    ),
    // known by a file alone
    ...taskOf({ task_id: '104', appid: 5 }, ['VodSourceFileStart', { index: 0 }, 300]),
    // exited with a code that is no number, after two kinds of alarms
    ...taskOf(
      { task_id: '105', appid: 5, source_urls: sourceUrlsAsSent(b) },
      start(400),
      ['TaskAlarm', { type: 'PullFileUnstable' }, 405],
      ['TaskAlarm', { type: 'PushStreamFailed' }, 406],
      exit(410, 'ERR_WRITE'),
    ),
    // never exited; its stream is unknown
    ...taskOf({ task_id: '106', stream_id: '', to_url: '', source_urls: '' }, start(500), [
      'TaskAlarm',
      { type: 'PullFileUnstable' },
      505,
    ]),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

type Event = readonly [callbackEvent: string, msg: Record<string, unknown>, atSeconds: number];

function start(atSeconds: number): Event {
  return ['TaskStart', {}, atSeconds];
}

function exit(atSeconds: number, code: unknown): Event {
  return ['TaskExit', { code, message: 'm' }, atSeconds];
}

function taskOf(task: Record<string, unknown>, ...events: readonly Event[]): Record<string, unknown>[] {
  return events.map(([callbackEvent, msg, atSeconds]) =>
    relayBody(callbackEvent, msg, {
      source_urls: sourceUrlsAsSent(a),
      ...task,
      event_time: String(beginsAtMs / 1000 + atSeconds),
    }),
  );
}

async function taskIds(filter: Filter): Promise<string[]> {
  const { relayTasks } = await running.query(RelayTasksDocument, { filter });
  return relayTasks.edges.map(({ node }) => node.taskId);
}

const at = (seconds: number) => new Date(beginsAtMs + seconds * 1000).toISOString();

describe('relayTasks lists', () => {
  test('all tasks by default, by when their newest run began, newest first', async () => {
    expect(await taskIds({})).toEqual(['106', '105', '104', '103', '102', '101']);
  });

  test.each<[string, Filter, string[]]>([
    ['taskId', { taskId: { eq: '103' } }, ['103']],
    ['taskId', { taskId: { in: ['101', '105', 'none'] } }, ['105', '101']],
    ['taskId', { taskId: { in: [] } }, []],
    ['appId', { appId: { eq: '5' } }, ['105', '104']],
    ['appId', { appId: { in: ['4', '6'] } }, ['106', '103', '102', '101']],
    ['state', { state: { eq: 'RUNNING' } }, ['106', '102']],
    ['state', { state: { eq: 'EXITED' } }, ['105', '103', '101']],
    ['state', { state: { in: ['UNKNOWN', 'RUNNING'] } }, ['106', '104', '102']],
    ['streamId', { streamId: { eq: 'one' } }, ['105', '104', '101']],
    ['streamId, from to_url', { streamId: { eq: 'One' } }, ['103']],
    ['streamId', { streamId: { startsWith: 't' } }, ['102']],
    ['streamId', { streamId: { in: ['two', 'One'] } }, ['103', '102']],
    ['domain', { domain: { eq: 'other.example' } }, ['103']],
    ['domain, in another case', { domain: { in: ['Other.EXAMPLE'] } }, ['103']],
    ['domain', { domain: { startsWith: 'push.' } }, ['105', '104', '102', '101']],
    ['sourceUrl, among several', { sourceUrl: { eq: b } }, ['105', '102']],
    ['sourceUrl, as sent', { sourceUrl: { eq: a } }, ['104', '103', '102', '101']],
    ['sourceUrl, not by its beginning', { sourceUrl: { eq: 'http://source.example/a.flv' } }, []],
    ['sourceUrl, each task once', { sourceUrl: { in: [a, b] } }, ['105', '104', '103', '102', '101']],
    ['sourceFile, in another case, without the query', { sourceFile: { eq: 'B.FLV' } }, ['105', '102']],
    ['sourceFile, not by its beginning', { sourceFile: { eq: 'b' } }, []],
    ['toUrl, as sent', { toUrl: { eq: 'rtmp://other.example/live/One?txSecret=s' } }, ['103']],
    ['toUrl', { toUrl: { in: ['rtmp://push.example/live/two', 'rtmp://push.example/live'] } }, ['102']],
    ['startedAt, of the newest run', { startedAt: { gte: at(120), lt: at(220) } }, ['102']],
    ['startedAt', { startedAt: { gt: at(120), lte: at(220) } }, ['103']],
    ['startedAt, unknown for files alone', { startedAt: { gt: at(220) } }, ['106', '105']],
    ['exitedAt, of the newest exit', { exitedAt: { gte: at(60), lte: at(110) } }, ['102', '101']],
    ['exitedAt', { exitedAt: { gt: at(210) } }, ['105', '103']],
    ['path', { path: { eq: 'live' } }, ['105', '104', '103', '102', '101']],
    ['exitReceivedAt, which every exit has', { exitReceivedAt: { isNull: false } }, ['105', '103', '102', '101']],
    ['startReceivedAt, unknown for files alone', { startReceivedAt: { isNull: true } }, ['104']],
    ['runs', { runs: { exitCode: { in: [-22, 5] }, exitedAt: { gt: at(200) } } }, ['103']],
    ['runs, all of it met by the same one', { runs: { exitCode: { eq: 0 }, exitedAt: { lt: at(220) } } }, []],
    [
      'runs, each met by one',
      { and: [{ runs: { exitCode: { eq: 0 } } }, { runs: { exitedAt: { lt: at(220) } } }], appId: { eq: '4' } },
      ['103'],
    ],
    ['runs, of which none', { not: { runs: { exitReceivedAt: { isNull: false } } } }, ['106', '104']],
    ['runs, of which nothing is said', { runs: { exitedAt: {} }, state: { eq: 'RUNNING' } }, ['106', '102']],
    ['alarm', { alarm: { eq: 'PullFileUnstable' } }, ['106', '105']],
    ['alarm', { alarm: { in: ['PushStreamFailed', 'FileEndEarly'] } }, ['105']],
    ['alarm, not by its beginning', { alarm: { eq: 'PullFile' } }, []],
    [
      'several fields, which all must hold',
      { appId: { eq: '4' }, streamId: { startsWith: 'o' }, everExitedWith: { eq: -22 } },
      ['101'],
    ],
  ])('by %s: %j', async (_name, filter, expected) => {
    expect(await taskIds(filter)).toEqual(expected);
  });
});

describe('tasks by exit code', () => {
  test.each<[string, Filter, string[]]>([
    ['of the newest exit, running again or not', { exitCode: { eq: -22 } }, ['102', '101']],
    ['0, which is a code and not "none"', { exitCode: { eq: 0 } }, ['103']],
    ['one of several', { exitCode: { in: [0, -22] } }, ['103', '102', '101']],
    ['that they ever exited with', { everExitedWith: { eq: -22 } }, ['103', '102', '101']],
    ['of which they ever had one', { everExitedWith: { in: [0, 7] } }, ['103']],
    ['that none ever had', { everExitedWith: { eq: 22 } }, []],
    ['in one state', { exitCode: { eq: -22 }, state: { eq: 'EXITED' } }, ['101']],
  ])('%s', async (_name, filter, expected) => {
    expect(await taskIds(filter)).toEqual(expected);
  });

  test('show code, message and time of the newest exit', async () => {
    const { relayTasks } = await running.query(RelayTasksDocument, { filter: { taskId: { in: ['103', '106'] } } });
    expect(relayTasks.edges.map(({ node }) => node)).toMatchObject([
      { taskId: '106', exitCode: null, exitCodeText: null, exitMessage: null, exitedAt: null },
      { taskId: '103', exitCode: 0, exitCodeText: null, exitMessage: 'm', exitedAt: at(230) },
    ]);
  });

  test('that is not a number is shown as sent, in exitCodeText', async () => {
    const { relayTasks } = await running.query(RelayTasksDocument, { filter: { taskId: { eq: '105' } } });
    expect(relayTasks.edges[0]?.node).toMatchObject({
      exitCode: null,
      exitCodeText: 'ERR_WRITE',
      exitMessage: 'm',
      exitedAt: at(410),
    });
  });
});

describe('a filter of relayTasks', () => {
  test.each([
    ['startsWith of a URL, which would reveal credentials character by character', { toUrl: { startsWith: 'r' } }],
    ['startsWith of a source URL', { sourceUrl: { startsWith: 'h' } }],
    ['a code that is no Int', { exitCode: { eq: 2 ** 31 } }],
    ['a code in words', { everExitedWith: { eq: 'ERR' } }],
    ['a state that there is not', { state: { eq: 'LIVE' } }],
    ['a moment without a zone', { exitedAt: { gt: '2026-01-01' } }],
    ['a URL that is too long', { toUrl: { eq: 'x'.repeat(4_097) } }],
    ['more kinds of alarms than are taken', { alarm: { in: Array.from({ length: 501 }, String) } }],
    ['a field that there is not', { pathname: { eq: 'live' } }],
  ])('with %s is BAD_USER_INPUT', async (_name, filter) => {
    const { errors } = await running.ask(
      'query ($filter: RelayTaskFilter) { relayTasks(filter: $filter) { nodes { id } } }',
      { filter },
    );
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe('paging', () => {
  test('forwards gives every task once, in order, and says whether there is more', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (const more of [true, true, false]) {
      const { relayTasks }: { relayTasks: Page } = await running.query(RelayTasksDocument, { first: 2, after });
      expect(relayTasks.pageInfo).toMatchObject({ hasNextPage: more, hasPreviousPage: after !== null });
      seen.push(...relayTasks.edges.map(({ node }) => node.taskId));
      after = relayTasks.pageInfo.endCursor;
    }
    expect(seen).toEqual(['106', '105', '104', '103', '102', '101']);
  });

  test('backwards gives the pages from the end, each in the order of the list', async () => {
    const last = await running.query(RelayTasksDocument, { last: 4 });
    expect(last.relayTasks.edges.map(({ node }) => node.taskId)).toEqual(['104', '103', '102', '101']);
    const before = last.relayTasks.pageInfo.startCursor;
    const first = await running.query(RelayTasksDocument, { last: 4, before });
    expect(first.relayTasks.edges.map(({ node }) => node.taskId)).toEqual(['106', '105']);
    expect(first.relayTasks.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  test('works with a filter', async () => {
    const filter: Filter = { everExitedWith: { eq: -22 } };
    const { relayTasks } = await running.query(RelayTasksDocument, { filter, first: 2 });
    const rest = await running.query(RelayTasksDocument, {
      filter,
      first: 2,
      after: relayTasks.edges[0]?.cursor ?? '',
    });
    expect(rest.relayTasks.edges.map(({ node }) => node.taskId)).toEqual(['102', '101']);
    expect(rest.relayTasks.pageInfo.hasNextPage).toBe(false);
  });

  test.each([
    [{ first: 501 }, 'PAGE_TOO_LARGE'],
    [{ first: 1, last: 1 }, 'BAD_USER_INPUT'],
    [
      { after: Buffer.from('["p2","streamSessions","STARTED_AT","DESC","1","1"]').toString('base64url') },
      'CURSOR_INVALID',
    ],
  ])('with %j is refused: %s', async (page, code) => {
    const { errors } = await running.ask(
      `query ($first: Int, $after: Cursor, $last: Int) {
         relayTasks(first: $first, after: $after, last: $last) { nodes { id } } }`,
      page,
    );
    expect(errors?.[0]?.extensions['code']).toBe(code);
  });
});

interface Page {
  readonly edges: readonly { readonly node: { readonly taskId: string } }[];
  readonly pageInfo: { readonly endCursor: string | null };
}
