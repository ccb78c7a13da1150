import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';

const seconds = (text: string) => Date.parse(text) / 1_000;
const session = (number: number, facts: Record<string, unknown>) => ({
  sequence: String(7_000_000_000_000_000_000n + BigInt(number)),
  app: 'push.example.com',
  stream_id: 'studio-a',
  ...facts,
});
const push = (number: number, at: string, facts = {}) =>
  pushBody(session(number, { event_time: seconds(at), ...facts }));
const end = (number: number, at: string, facts = {}) =>
  interruptionBody(session(number, { event_time: seconds(at), push_duration: undefined, ...facts }));

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => Date.parse('2026-10-25T12:00:00.700Z') });
  for (const body of [
    parseSample('push'),
    parseSample('interruption'),
    // Over the hour that Berlin has twice; connected again 20 s after it dropped; then taken over, without an end.
    push(1, '2026-10-25T00:30:00Z'),
    end(1, '2026-10-25T02:10:00Z', { errcode: 14 }),
    push(2, '2026-10-25T02:10:20Z'),
    push(3, '2026-10-25T03:10:20Z'),
    push(4, '2026-10-25T00:00:00Z', { app: 'other.example.com', stream_id: 'b' }),
    end(4, '2026-10-25T00:40:00Z', { app: 'other.example.com', stream_id: 'b' }),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

const minutes = (count: number) => count * 60_000;
const window = 'from: "2026-10-25T00:00:00Z", to: "2026-10-26T00:00:00Z"';

describe('streamSessionStatistics', () => {
  test('counts by domain and by the hours of a time zone, and in total', async () => {
    const { data, errors } = await running.ask(`{
      streamSessionStatistics(
        ${window}, groupBy: [DOMAIN, HOUR], timeZone: "Europe/Berlin", first: 3, filter: { appId: { isNull: false } }
      ) {
        from to rowCount liveFrom
        rows { from to domain streamId began ended pushedMs longestMs reconnects interruptions { side sessions } }
        total { began ended pushedMs longestMs medianMs p95Ms reconnects reconnectMsP50 reconnectMsP95 interruptions { side sessions } }
      }
    }`);
    expect(errors).toBeUndefined();
    const { liveFrom, ...statistics } = data?.['streamSessionStatistics'] as Record<string, unknown>;
    expect(statistics).toMatchObject({
      from: '2026-10-25T00:00:00.000Z',
      to: '2026-10-25T12:00:00.000Z',
      rowCount: 13,
      rows: [
        {
          domain: 'other.example.com',
          streamId: null,
          began: 1,
          ended: 1,
          pushedMs: minutes(40),
          longestMs: minutes(40),
        },
        { from: '2026-10-25T00:00:00.000Z', domain: 'push.example.com', began: 1, ended: 0, pushedMs: minutes(30) },
        { from: '2026-10-25T01:00:00.000Z', to: '2026-10-25T02:00:00.000Z', began: 0, pushedMs: minutes(60) },
      ],
      total: {
        began: 4,
        ended: 2,
        // 40, 100, 60 until the next push began, and since then.
        pushedMs: minutes(40 + 100 + 60 + 529) + 40_000,
        longestMs: minutes(100),
        medianMs: minutes(40),
        p95Ms: minutes(100),
        reconnects: 2,
        // Only one of them followed an end.
        reconnectMsP50: 20_000,
        reconnectMsP95: 20_000,
        interruptions: [
          { side: 'CLIENT', sessions: 1 },
          { side: 'NETWORK', sessions: 1 },
        ],
      },
    });
    const { data: listed } = await running.ask('{ streamSessions { liveFrom } }');
    expect(listed?.['streamSessions']).toEqual({ liveFrom });
  });

  test('the vendor’s session: 30 seconds of the day', async () => {
    const { data } = await running.ask(`{
      streamSessionStatistics(from: "2018-12-18T00:00:00+08:00", to: "2018-12-19T00:00:00+08:00", groupBy: [STREAM_ID, END_CODE]) {
        rows { streamId endCode began ended pushedMs medianMs }
      }
    }`);
    expect(data?.['streamSessionStatistics']).toEqual({
      rows: [{ streamId: 'test_stream', endCode: 1, began: 1, ended: 1, pushedMs: 30_000, medianMs: 30_000 }],
    });
  });

  test('a time that has not been is empty; without groups, one row says so', async () => {
    const { data } = await running.ask(`{
      streamSessionStatistics(from: "2027-01-01T00:00:00Z", to: "2027-01-02T00:00:00Z", groupBy: [DAY]) {
        rows { began } total { began pushedMs longestMs } to
      }
      whole: streamSessionStatistics(from: "2027-01-01T00:00:00Z", to: "2027-01-02T00:00:00Z") { rows { began pushedMs longestMs } rowCount }
      concurrency(from: "2027-01-01T00:00:00Z", to: "2027-01-02T00:00:00Z", stepSeconds: 60) { points { live } peak { live } }
    }`);
    expect(data).toEqual({
      streamSessionStatistics: {
        rows: [],
        total: { began: 0, pushedMs: 0, longestMs: null },
        to: '2027-01-01T00:00:00.000Z',
      },
      whole: { rows: [{ began: 0, pushedMs: 0, longestMs: null }], rowCount: 1 },
      concurrency: { points: [], peak: null },
    });
  });
});

describe('statistics come in pages', () => {
  const field = (
    rest: string,
  ) => `streamSessionStatistics(${window}, groupBy: [STREAM_ID, ACCESS_POINT, HOUR] ${rest}) {
    rows { from streamId node pushedMs reconnectMsP50 } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } rowCount
  }`;
  interface Page {
    readonly rows: readonly unknown[];
    readonly pageInfo: {
      readonly hasPreviousPage: boolean;
      readonly hasNextPage: boolean;
      readonly startCursor: string;
      readonly endCursor: string;
    };
    readonly rowCount: number;
  }
  const pageOf = async (rest: string) => {
    const { data, errors } = await running.ask(`{ ${field(rest)} }`);
    expect(errors).toBeUndefined();
    return data?.['streamSessionStatistics'] as Page;
  };

  test.each(['GROUP', 'PUSHED', 'RECONNECT_P50'])('by %s, in the requested order, each row once', async (by) => {
    for (const direction of ['ASC', 'DESC']) {
      const orderBy = `orderBy: { field: ${by}, direction: ${direction} }`;
      const whole = await pageOf(orderBy);
      expect(whole.rows.length).toBe(whole.rowCount);
      const rows = [];
      let page = await pageOf(`${orderBy}, first: 4`);
      for (;;) {
        expect([page.rowCount, page.pageInfo.hasPreviousPage]).toEqual([whole.rowCount, rows.length > 0]);
        rows.push(...page.rows);
        if (!page.pageInfo.hasNextPage) break;
        page = await pageOf(`${orderBy}, first: 4, after: "${page.pageInfo.endCursor}"`);
      }
      expect(rows).toEqual(whole.rows);
    }
  });

  test('whose cursors are good for the same groups and order only', async () => {
    const { pageInfo } = await pageOf('first: 1');
    const encode = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const parts = JSON.parse(Buffer.from(pageInfo.endCursor, 'base64url').toString()) as unknown[];
    const after = (cursor: string) => `after: "${cursor}"`;
    for (const asked of [
      field(`orderBy: { field: PUSHED, direction: ASC }, ${after(pageInfo.endCursor)}`),
      field(after('x')),
      field(after(encode(parts.slice(0, -1)))),
      field(after(encode([...parts.slice(0, -1), {}]))),
      `streamSessionStatistics(${window}, groupBy: [STREAM_ID], ${after(pageInfo.endCursor)}) { rowCount }`,
      `callbackStatistics(${window}, ${after(pageInfo.endCursor)}) { rowCount }`,
    ]) {
      const { errors } = await running.ask(`{ ${asked} }`);
      expect(errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    }
  });
});

test('concurrency has a line for each group, those with the highest peaks first', async () => {
  const ask = async (rest: string) => {
    const { data, errors } = await running.ask(
      `{ concurrency(from: "2026-10-25T00:00:00Z", to: "2026-10-25T01:00:00Z", stepSeconds: 1800 ${rest}) {
        peak { live } lines { domain streamId points { live most } peak { at live } } lineCount
      } }`,
    );
    return errors ?? data?.['concurrency'];
  };
  const line = (domain: string, at: string, points: readonly object[]) => ({
    domain,
    streamId: null,
    points,
    peak: { at: `2026-10-25T${at}:00.000Z`, live: 1 },
  });
  const other = line('other.example.com', '00:00', [
    { live: 1, most: 1 },
    { live: 1, most: 1 },
  ]);
  const pushed = line('push.example.com', '00:30', [
    { live: 0, most: 0 },
    { live: 1, most: 1 },
  ]);
  expect(await ask(', groupBy: [DOMAIN]')).toEqual({ peak: { live: 2 }, lines: [other, pushed], lineCount: 2 });
  expect(await ask(', groupBy: [DOMAIN], first: 1')).toEqual({ peak: { live: 2 }, lines: [other], lineCount: 2 });
  expect(await ask('')).toEqual({ peak: { live: 2 }, lines: [], lineCount: 0 });
  expect(await ask(', groupBy: [DOMAIN], first: 501')).toMatchObject([{ extensions: { code: 'PAGE_TOO_LARGE' } }]);
  expect(await ask(', groupBy: [DOMAIN], first: -1')).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  const { errors } = await running.ask(`{ concurrency(${window}, stepSeconds: 600, groupBy: [DOMAIN]) { lineCount } }`);
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('fewer lines') },
  ]);
});

test('uptime is that of the scheduled hours', async () => {
  const uptime = async (schedule: string) => {
    const { data, errors } = await running.ask(
      `{ streamUptime(${window}, filter: { streamId: { eq: "studio-a" } } ${schedule}) {
        scheduledMs liveMs share gapCount gaps { from to }
      } }`,
    );
    return errors ?? data?.['streamUptime'];
  };
  // The hour from two to three is there twice in Berlin: from midnight to two o’clock UTC.
  const schedule = 'schedule: { weekdays: [SUNDAY], from: "02:00", to: "04:15", timeZone: "Europe/Berlin" }';
  const liveMs = minutes(164) + 40_000;
  expect(await uptime(`, ${schedule}`)).toEqual({
    scheduledMs: minutes(195),
    liveMs,
    share: liveMs / minutes(195),
    gapCount: 2,
    gaps: [
      { from: '2026-10-25T00:00:00.000Z', to: '2026-10-25T00:30:00.000Z' },
      { from: '2026-10-25T02:10:00.000Z', to: '2026-10-25T02:10:20.000Z' },
    ],
  });
  expect(await uptime(', schedule: { weekdays: [MONDAY], from: "02:00", to: "03:00" }')).toMatchObject({
    scheduledMs: 0,
    share: null,
    gaps: [],
  });
  expect(await uptime('')).toMatchObject({ scheduledMs: minutes(720), gapCount: 2 });
  for (const refused of [
    'from: "2:00", to: "03:00"',
    'from: "02:00", to: "25:00"',
    'from: "02:00", to: "03:00", weekdays: []',
    'from: "02:00", to: "03:00", timeZone: "Mars"',
  ]) {
    expect(await uptime(`, schedule: { ${refused} }`)).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
});

test('concurrency says how many were live, and when most were', async () => {
  const { data, errors } = await running.ask(`{
    concurrency(from: "2026-10-25T00:20:00Z", to: "2026-10-25T02:20:00Z", stepSeconds: 1800) {
      points { at live least most } peak { at live }
    }
  }`);
  expect(errors).toBeUndefined();
  expect(data?.['concurrency']).toEqual({
    points: [
      { at: '2026-10-25T00:20:00.000Z', live: 1, least: 1, most: 2 },
      { at: '2026-10-25T00:50:00.000Z', live: 1, least: 1, most: 1 },
      { at: '2026-10-25T01:20:00.000Z', live: 1, least: 1, most: 1 },
      { at: '2026-10-25T01:50:00.000Z', live: 1, least: 0, most: 1 },
    ],
    peak: { at: '2026-10-25T00:30:00.000Z', live: 2 },
  });
});

describe('what can’t be answered is refused', () => {
  const statistics = (rest: string, within = window) => `streamSessionStatistics(${within}${rest}) { rowCount }`;
  const backwards = 'from: "2026-10-25T00:00:00Z", to: "2026-10-25T00:00:00Z"';
  const century = 'from: "1926-10-25T00:00:00Z", to: "2026-10-25T00:00:00Z"';
  test.each([
    ['BAD_USER_INPUT', statistics('', backwards)],
    ['BAD_USER_INPUT', statistics(', timeZone: "Mars/Olympus"')],
    ['BAD_USER_INPUT', statistics(', timeZone: "+01:00"')],
    ['BAD_USER_INPUT', statistics(', groupBy: [HOUR, DAY]')],
    ['BAD_USER_INPUT', statistics(', groupBy: [DAY]', century)],
    ['BAD_USER_INPUT', statistics(', first: -1')],
    ['PAGE_TOO_LARGE', statistics(', first: 2001')],
    ['BAD_USER_INPUT', `concurrency(${window}, stepSeconds: 0) { points { live } }`],
    ['BAD_USER_INPUT', `concurrency(${window}, stepSeconds: 43) { points { live } }`],
    ['BAD_USER_INPUT', `concurrency(${backwards}, stepSeconds: 60) { points { live } }`],
    ['OPERATION_TOO_COSTLY', Array.from({ length: 10 }, (_, n) => `s${n}: ${statistics('')}`).join(' ')],
  ])('%s: %s', async (code, field) => {
    const { errors } = await running.ask(`{ ${field} }`);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });
});
