import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CallbacksDocument, ProjectionsDocument, StreamSessionDocument } from '../../../schema/operations.generated.ts';
import { callbackBodyBytesMax, unprovenBodyBytesMax } from '../../../src/connections/limits.ts';
import { recordedArrivals } from '../../support/recorded.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample, readSample } from '../../support/samples.ts';

const recorded = { status: 200, body: { code: 0 } };
const token = 'token-of-sixteen-or-more';

describe('the body of a callback', () => {
  let running: RunningApp;
  let before: number;
  const added = async () => (await recordedArrivals(running)).slice(before);

  beforeAll(async () => {
    running = await startApp();
  });
  afterAll(() => running.close());
  beforeEach(async () => {
    before = (await recordedArrivals(running)).length;
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \r\n\t '],
    ['no JSON', 'event_type=1&appid=5'],
    ['an object cut off', '{"event_type":1,"appid":'],
    ['two objects', '{"event_type":1}{"event_type":0}'],
    ['a number with a leading zero', '{"sequence":0123456789012345678}'],
    ['a text', '"callback"'],
    ['a number', '314'],
    ['null', 'null'],
    ['true', 'true'],
    ['a list of callbacks', '[{"event_type":1}]'],
    ['opening brackets, 60,000 deep', '['.repeat(60_000)],
    ['a list, 30,000 deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['an object whose field is a list, 30,000 deep', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['objects in objects, 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('is refused with 400 if it is %s: nothing is recorded, and the next callback is', async (_name, body) => {
    const answer = await running.post(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 400, error: 'BODY_UNREADABLE' } });
    expect(answer.body['message']).toMatch(/send the JSON object of the callback\.$/);
    expect(await added()).toEqual([]);
    expect(await running.post(readSample('push'))).toMatchObject(recorded);
  });

  test.each([
    ['without a listed token', unprovenBodyBytesMax, '/callbacks/css'],
    ['with one', callbackBodyBytesMax, `/callbacks/css/${token}`],
  ])('is refused with 413 one byte over the limit %s, and taken at the limit', async (_name, bytesMax, path) => {
    const running = await startApp({ authenticity: { keys: [], tokens: [token] } });
    const empty = '{"event_type":1,"junk":""}';
    const atLimit = `{"event_type":1,"junk":"${'x'.repeat(bytesMax - empty.length)}"}`;
    expect(await running.post(`${atLimit} `, path)).toMatchObject({
      status: 413,
      body: { code: 413, error: 'BODY_TOO_LARGE' },
    });
    expect(await recordedArrivals(running)).toEqual([]);
    expect(await running.post(atLimit, path)).toMatchObject(recorded);
    expect((await recordedArrivals(running))[0]?.data.byteLength).toBe(bytesMax);
    await running.close();
  });

  test('is stored byte for byte: spacing, order and duplicate keys, a byte order mark', async () => {
    const body = Buffer.from('\ufeff{ "event_type" : 1,\r\n\t"appid":1e1, "z":1.50, "z":2, "a":"\\u00e9" }\n');
    expect(await running.post(body)).toMatchObject(recorded);
    expect(body.equals((await added())[0]?.data ?? Buffer.alloc(0))).toBe(true);
  });

  test('is stored byte for byte if it is not UTF-8, and its session has all that can be read', async () => {
    const body = Buffer.concat([
      Buffer.from('{"event_type":1,"appid":7,"sequence":"700000000000000001","stream_id":"'),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from('","app":"utf.example.com"}'),
    ]);
    expect(await running.post(body)).toMatchObject(recorded);
    expect(body.equals((await added())[0]?.data ?? Buffer.alloc(0))).toBe(true);
    await running.projected();
    const { streamSession } = await running.query(StreamSessionDocument, { sequence: '700000000000000001' });
    expect(streamSession).toMatchObject({ domain: 'utf.example.com', streamId: '\ufffd(\ufffd' });
  });

  test('with a sequence above 2^53 as a number is found by all of its digits', async () => {
    const text = '{"event_type":1,"appid":8,"sequence":6674468118806626495,"event_time":1545115790}';
    expect(await running.post(text)).toMatchObject(recorded);
    await running.projected();
    const { streamSession } = await running.query(StreamSessionDocument, { sequence: '6674468118806626495' });
    expect(streamSession).toMatchObject({ appId: '8', sequence: '6674468118806626495' });
    // The same digits read as a double.
    const rounded = await running.query(StreamSessionDocument, { sequence: '6674468118806626304' });
    expect(rounded.streamSession).toBeNull();
  });

  test('with the same sequence as a number and as a string belongs to one session', async () => {
    await running.post('{"event_type":1,"appid":9,"sequence":6674468118806626999,"event_time":1545115790}');
    await running.post(
      '{"event_type":0,"appid":"9","sequence":"6674468118806626999","event_time":"1545115800","push_duration":10000,"errcode":"1"}',
    );
    await running.projected();
    const { streamSession } = await running.query(StreamSessionDocument, {
      sequence: '6674468118806626999',
      appId: '9',
    });
    expect(streamSession).toMatchObject({ state: 'ENDED', deliveries: 2, pushDurationMs: 10_000, endCode: 1 });
  });

  test.each([
    ['appid', { appid: 21 }],
    ['appId', { appId: 21 }],
    ['appid, as a string', { appid: '21' }],
    ['appId, as a string', { appId: '21' }],
  ])('names its account as %s', async (name, account) => {
    const sequence = `21000000000000000${name.length}`;
    const body = { event_type: 1, sequence, ...account };
    expect(await running.post(body)).toMatchObject(recorded);
    await running.projected();
    const { streamSession } = await running.query(StreamSessionDocument, { sequence });
    expect(streamSession).toMatchObject({ appId: '21' });
  });

  test.each([
    ['0', 0],
    ['"0"', '0'],
  ])('with event_type %s is an interruption, not one without a type', async (name, eventType) => {
    const sequence = `22000000000000000${name.length}`;
    await running.post({ ...parseSample('interruption'), sequence, event_type: eventType });
    await running.projected();
    const { streamSession } = await running.query(StreamSessionDocument, { sequence });
    expect(streamSession).toMatchObject({ state: 'ENDED', endCode: 1, startedAtSource: 'DERIVED_FROM_DURATION' });
  });

  test.each([
    ['an unknown event type', { event_type: 99_999 }, 99_999],
    ['a type of the same channel', { event_type: 332, sequence: '23' }, 332],
    ['no event type', { hello: 'world' }, null],
    ['nothing in it', {}, null],
  ])('is recorded and listed with %s', async (_name, body, eventType) => {
    expect(await running.post(body)).toMatchObject(recorded);
    await running.projected();
    const { callbacks } = await running.query(CallbacksDocument, { first: 1 });
    expect(callbacks.nodes[0]).toMatchObject({ eventType, body, streamSession: null });
  });

  test('without a sequence is recorded and listed without a session', async () => {
    const { sequence, ...body } = parseSample('push');
    expect(sequence).toBeDefined();
    expect(await running.post(body)).toMatchObject(recorded);
    await running.projected();
    const { callbacks } = await running.query(CallbacksDocument, { first: 1 });
    expect(callbacks.nodes[0]).toMatchObject({ eventType: 1, appId: '12345678', streamSession: null });
  });

  test('with a field named __proto__ is recorded like any other', async () => {
    const body = '{"event_type":1,"__proto__":{"sequence":"24"},"constructor":{"prototype":{"appid":24}}}';
    expect(await running.post(body)).toMatchObject(recorded);
    await running.projected();
    expect(await running.query(StreamSessionDocument, { sequence: '24' })).toEqual({ streamSession: null });
  });

  test('leaves no poisoned events', async () => {
    await running.projected();
    const { projections } = await running.query(ProjectionsDocument, {});
    expect(projections).toMatchObject([{ stalled: false, lagEvents: 0, poisoned: [] }]);
  });
});
