import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import {
  DiscardFromQuarantineDocument,
  QuarantineDocument,
  ReleaseFromQuarantineDocument,
  StreamSessionDocument,
} from '../../../schema/operations.generated.ts';
import { eventOverheadBytes, quarantineBytesMax, quarantineReasons } from '../../../src/quarantine/quarantine.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { interruptionBody, pushBody, without } from '../../support/callback-bodies.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';
import { signed } from '../../support/signed.ts';

const t = 1_545_030_873;
const token = 'token-of-sixteen-or-more';
const sequence = String(pushBody()['sequence']);

const unproven = without(pushBody({ secret: 'SECRET' }), 'sign');
const forged = signed(pushBody({ appid: 7 }), 'another key', t);
const expired = signed(interruptionBody(), 'test', t - 5_000);

let running: RunningApp;
let nowMs: number;

async function start(): Promise<void> {
  nowMs = t * 1_000;
  running = await startApp({
    clock: () => nowMs,
    authenticity: { keys: [{ domain: null, key: 'test' }], tokens: [token] },
    access: analystAndAdmin,
  });
  for (const body of [unproven, forged, expired]) {
    expect((await running.post(body)).status).toBe(200);
    nowMs += 1_000;
  }
  expect((await running.post('not json SECRET', `/callbacks/css/${token}`)).status).toBe(200);
  await running.projected();
}

function startAppForEach(): void {
  beforeEach(start);
  afterEach(() => running.close());
}

const ask = async (query: Parameters<typeof print>[0] | string, variables: Record<string, unknown> = {}, as = 'o1') => {
  const text = typeof query === 'string' ? query : print(query);
  return running.ask(text, variables, { authorization: `Bearer ${as}` });
};

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

async function list(filter: object | null = null, as = 'o1'): Promise<Listed[]> {
  const { data, errors } = await ask(QuarantineDocument, { filter }, as);
  expect(errors).toBeUndefined();
  return (data as { quarantine: { nodes: Listed[] } }).quarantine.nodes;
}

const idsOf = async (filter: object | null = null) => (await list(filter)).map(({ id }) => id);

async function decide(document: Parameters<typeof print>[0], ids: readonly string[]) {
  const { data, errors } = await ask(document, { ids });
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as { id: string; outcome: string; quarantinedCallback: Listed | null }[];
}

describe('where nothing changes,', () => {
  beforeAll(start);
  afterAll(() => running.close());

  test('the shares say how full each reason is, to viewers too', async () => {
    const query = '{ quarantineShares { reason events bytes bytesMax fullInSeconds } }';
    const { data, errors } = await ask(query, {}, 'v1');
    expect(errors).toBeUndefined();
    const shares = data?.['quarantineShares'] as { [field: string]: unknown; bytes: number; fullInSeconds: number }[];
    expect(shares).toMatchObject(
      quarantineReasons.map((reason) => ({ reason, events: 1, bytesMax: quarantineBytesMax[reason] })),
    );
    for (const { bytes, fullInSeconds } of shares) {
      expect(bytes).toBeGreaterThan(eventOverheadBytes);
      expect(fullInSeconds).toBeGreaterThan(3_600);
    }
  });

  describe('the list', () => {
    test('shows operators everything, newest first', async () => {
      expect(await list()).toEqual([
        {
          id: expect.any(String) as unknown,
          reason: 'UNREADABLE',
          status: 'HELD',
          signature: 'TOKEN',
          diagnosis: {
            check: 'JSON',
            field: 'body',
            summary: 'The body is not JSON.',
            advice: expect.stringContaining('discard') as unknown,
          },
          receivedAt: '2018-12-17T07:14:36.000Z',
          recordedAt: '2018-12-17T07:14:36.000Z',
          appId: null,
          eventType: null,
          callbackEvent: null,
          bodyBytes: 15,
          body: null,
          bodyText: 'not json SECRET',
        },
        expect.objectContaining({
          reason: 'EXPIRED',
          signature: 'EXPIRED',
          eventType: 0,
          diagnosis: expect.objectContaining({
            check: 'CLOCK',
            field: 't',
            summary: expect.stringContaining('5002 seconds behind') as unknown,
          }) as unknown,
        }),
        expect.objectContaining({ reason: 'FORGED', signature: 'INVALID', appId: '7', body: forged, bodyText: null }),
        expect.objectContaining({ reason: 'UNPROVEN', signature: 'UNSIGNED', appId: '12345678', body: unproven }),
      ]);
    });

    test('shows viewers the same without bodies: unauthenticated ones may contain anything', async () => {
      const asOperator = await list();
      const asViewer = await list(null, 'v1');
      expect(asViewer).toEqual(asOperator.map((node) => ({ ...node, body: null, bodyText: null })));
      expect(JSON.stringify(asOperator)).toContain('SECRET');
      expect(JSON.stringify(asViewer)).not.toContain('SECRET');
    });

    test.each([
      [{ reason: { eq: 'FORGED' } }, ['FORGED']],
      [{ reason: { in: ['FORGED', 'EXPIRED'] } }, ['EXPIRED', 'FORGED']],
      [{ status: { eq: 'RELEASED' } }, []],
      [{ status: { in: ['HELD'] }, appId: { eq: '12345678' } }, ['EXPIRED', 'UNPROVEN']],
      [{ receivedAt: { gt: '2018-12-17T07:14:34.000Z' } }, ['UNREADABLE', 'EXPIRED']],
      [{ receivedAt: { lte: '2018-12-17T07:14:33.000Z' } }, ['UNPROVEN']],
    ])('is filtered by %j', async (filter, reasons) => {
      expect((await list(filter)).map(({ reason }) => reason)).toEqual(reasons);
    });

    test('is paged in both directions', async () => {
      const all = await idsOf();
      const page = async (variables: object) => {
        const { data } = await ask(QuarantineDocument, { ...variables });
        return (data as { quarantine: { nodes: Listed[]; pageInfo: Record<string, unknown> } }).quarantine;
      };
      const first = await page({ first: 3 });
      expect(first.nodes.map(({ id }) => id)).toEqual(all.slice(0, 3));
      expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
      const next = await page({ first: 3, after: first.pageInfo['endCursor'] });
      expect(next.nodes.map(({ id }) => id)).toEqual(all.slice(3));
      expect((await page({ last: 2 })).nodes.map(({ id }) => id)).toEqual(all.slice(2));
    });
  });

  describe('decisions are refused', () => {
    test.each([ReleaseFromQuarantineDocument, DiscardFromQuarantineDocument])('to viewers', async (document) => {
      const [id = ''] = await idsOf({ reason: { eq: 'UNPROVEN' } });
      const { errors } = await ask(document, { ids: [id] }, 'v1');
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(await idsOf({ status: { eq: 'HELD' } })).toHaveLength(4);
    });

    test.each([0, 501])('for %d ids', async (count) => {
      const { errors } = await ask(`mutation ($ids: [ID!]!) { releaseFromQuarantine(ids: $ids) { id } }`, {
        ids: Array.from({ length: count }, () => 'x'),
      });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    });

    test('by GET, and by a content type that a page of another origin may send', async () => {
      const [id = ''] = await idsOf({ reason: { eq: 'UNPROVEN' } });
      const query = `mutation { releaseFromQuarantine(ids: ["${id}"]) { id } }`;
      const headers = { authorization: 'Bearer o1' };
      const get = await fetch(`${running.app.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { ...headers, 'content-type': 'application/json' },
      });
      expect(get.status).toBe(405);
      expect(await get.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
      const plain = await fetch(`${running.app.url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'text/plain' },
        body: JSON.stringify({ query }),
      });
      expect(plain.status).toBeGreaterThanOrEqual(400);
      expect(await idsOf({ status: { eq: 'HELD' } })).toHaveLength(4);
    });

    test('where they would cost too much', async () => {
      const ids = Array.from({ length: 500 }, () => 'x');
      const one = (name: string) => `${name}: releaseFromQuarantine(ids: $ids) { id callback { body } }`;
      const many = Array.from({ length: 11 }, (_, index) => one(`m${index}`)).join(' ');
      const { errors } = await ask(`mutation ($ids: [ID!]!) { ${many} }`, { ids });
      expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COSTLY' } }]);
    });
  });

  describe('node', () => {
    test('finds quarantined callbacks by id, with the body for operators only', async () => {
      const byId = (id: string, as?: string) =>
        ask(
          'query ($id: ID!) { node(id: $id) { __typename id ... on QuarantinedCallback { status body bodyText } } }',
          { id },
          as,
        );
      const listed = await list();
      expect(listed).toHaveLength(4);
      for (const { id, status } of listed) {
        const node = { __typename: 'QuarantinedCallback', id, status };
        expect((await byId(id)).data).toMatchObject({ node });
        expect((await byId(id, 'v1')).data).toEqual({ node: { ...node, body: null, bodyText: null } });
      }
    });
  });
});

describe('a release', () => {
  startAppForEach();

  test('gives the state as if they had been accepted at once, and the next query shows it', async () => {
    const ids = await idsOf({ reason: { in: ['UNPROVEN', 'EXPIRED'] } });
    const released = await decide(ReleaseFromQuarantineDocument, ids);
    expect(released).toMatchObject(
      ids.map((id) => ({ callbackId: id, outcome: 'RELEASED', quarantinedCallback: { id, status: 'RELEASED' } })),
    );
    expect((await list({ status: { eq: 'RELEASED' } })).map(({ id }) => id)).toEqual(ids);
    const { data } = await ask(StreamSessionDocument, { sequence });
    expect(data?.['streamSession']).toMatchObject({ state: 'ENDED', deliveries: 2 });
    const { data: recorded } = await ask('{ callbacks { nodes { eventType signature receivedAt deliveries } } }');
    expect((recorded?.['callbacks'] as { nodes: unknown[] }).nodes).toEqual([
      { eventType: 0, signature: 'EXPIRED', receivedAt: '2018-12-17T07:14:35.000Z', deliveries: 1 },
      { eventType: 1, signature: 'UNSIGNED', receivedAt: '2018-12-17T07:14:33.000Z', deliveries: 1 },
    ]);
  });

  test('of relay callbacks that arrived before there was a token builds their task', async () => {
    for (const event of ['TaskStart', 'TaskAlarm'] as const) {
      await running.post(relayBody(event, { type: 'PullFileFailed' }, { task_id: '118' }));
    }
    await running.projected();
    const ids = (await list()).filter(({ eventType }) => eventType === 314).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    await decide(ReleaseFromQuarantineDocument, ids);
    const { data } = await ask('{ relayTask(taskId: "118") { state runs { alarms { type } } alarms { type } } }');
    expect(data?.['relayTask']).toMatchObject({ state: 'RUNNING', alarms: [{ type: 'PullFileFailed' }] });
  });

  test('again, twice in one call, and at once changes nothing more', async () => {
    const [id = ''] = await idsOf({ reason: { eq: 'UNPROVEN' } });
    const all = await Promise.all([
      decide(ReleaseFromQuarantineDocument, [id, id]),
      decide(ReleaseFromQuarantineDocument, [id]),
    ]);
    for (const { outcome } of all.flat()) expect(['RELEASED', 'ALREADY_RELEASED']).toContain(outcome);
    expect(await decide(ReleaseFromQuarantineDocument, [id])).toMatchObject([{ outcome: 'ALREADY_RELEASED' }]);
    expect(await decide(DiscardFromQuarantineDocument, [id])).toMatchObject([{ outcome: 'ALREADY_RELEASED' }]);
    const { data } = await ask(StreamSessionDocument, { sequence });
    expect(data?.['streamSession']).toMatchObject({ deliveries: 1 });
  });

  test('returns the outcome for each id, in the given order', async () => {
    const [unreadable = ''] = await idsOf({ reason: { eq: 'UNREADABLE' } });
    const [discarded = ''] = await idsOf({ reason: { eq: 'FORGED' } });
    const [good = ''] = await idsOf({ reason: { eq: 'EXPIRED' } });
    await decide(DiscardFromQuarantineDocument, [discarded]);
    const foreign = Buffer.from(JSON.stringify(['QuarantinedCallback', '99999999999999999999', 'x']));
    const ids = ['nonsense', unreadable, good, discarded, foreign.toString('base64url')];
    expect(await decide(ReleaseFromQuarantineDocument, ids)).toMatchObject([
      { callbackId: 'nonsense', outcome: 'NOT_FOUND', quarantinedCallback: null },
      { callbackId: unreadable, outcome: 'UNREADABLE', quarantinedCallback: { status: 'HELD' } },
      { callbackId: good, outcome: 'RELEASED', quarantinedCallback: { status: 'RELEASED' } },
      { callbackId: discarded, outcome: 'ALREADY_DISCARDED', quarantinedCallback: { status: 'DISCARDED' } },
      { outcome: 'NOT_FOUND', quarantinedCallback: null },
    ]);
  });

  test('that the log can’t store says so, and can be repeated', async () => {
    const [id = ''] = await idsOf({ reason: { eq: 'EXPIRED' } });
    alterLogFile(running.dataDir, "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END");
    expect(await decide(ReleaseFromQuarantineDocument, [id])).toMatchObject([
      { outcome: 'NOT_STORED', quarantinedCallback: { status: 'HELD' } },
    ]);
    alterLogFile(running.dataDir, 'DROP TRIGGER full');
    expect(await decide(ReleaseFromQuarantineDocument, [id])).toMatchObject([{ outcome: 'RELEASED' }]);
  });

  test('stays after a restart', async () => {
    const [id = ''] = await idsOf({ reason: { eq: 'UNPROVEN' } });
    await decide(ReleaseFromQuarantineDocument, [id]);
    await running.restart();
    await running.projected();
    expect(await idsOf({ status: { eq: 'RELEASED' } })).toEqual([id]);
  });
});

describe('a discard', () => {
  startAppForEach();

  test('takes them out of HELD, and makes no callback', async () => {
    const ids = await idsOf();
    expect(await decide(DiscardFromQuarantineDocument, ids)).toMatchObject(
      ids.map((callbackId) => ({ callbackId, outcome: 'DISCARDED' })),
    );
    expect(await idsOf({ status: { eq: 'HELD' } })).toEqual([]);
    expect(await decide(DiscardFromQuarantineDocument, ids.slice(0, 1))).toMatchObject([
      { outcome: 'ALREADY_DISCARDED' },
    ]);
    const { data } = await ask('{ callbacks { nodes { position } } }');
    expect(data?.['callbacks']).toEqual({ nodes: [] });
  });
});
