import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret, sendableFromMs } from '../../src/callbacks/callback.ts';
import { nameLengthMax, cutText } from '../../src/callbacks/wire-values.ts';
import { interruptionBody, pushBody, without } from '../support/callback-bodies.ts';
import { anyJsonObject, anyText, exactNumber } from '../support/json-arbitraries.ts';
import { parseSample } from '../support/samples.ts';

const activity = {
  callbackEvent: null,
  appId: '12345678',
  sequence: '6674468118806626493',
  facts: {
    domain: 'test.domain.com',
    path: 'live',
    streamId: 'test_stream',
    channelId: 'test_stream',
    node: '100.121.160.92',
    userIp: '119.29.94.245',
    streamParam: 'stream_param=test',
    width: null,
    height: null,
    setId: null,
    idcId: null,
  },
};

const push = { kind: 'PUSH', eventType: 1, occurredAtMs: Date.parse('2018-12-18T06:49:50Z'), ...activity };

const interruption = {
  kind: 'INTERRUPTION',
  eventType: 0,
  occurredAtMs: Date.parse('2018-12-18T06:50:20Z'),
  pushDurationMs: 30_000,
  endCode: 1,
  endCodeText: null,
  endMessage: 'The push client actively stopped the push',
  ...activity,
};

describe('the vendor’s samples are read as they are meant', () => {
  test('push', () => {
    expect(interpret(parseSample('push'))).toEqual(push);
  });

  test('interruption', () => {
    expect(interpret(parseSample('interruption'))).toEqual(interruption);
  });

  test('what the later revision of the page adds to a push; a width of 0 is unknown', () => {
    const body = { ...pushBody(), set_id: 7, idc_id: '33', width: 1_920, height: 0 };
    const { facts } = push;
    expect(interpret(body)).toEqual({ ...push, facts: { ...facts, width: 1_920, setId: 7, idcId: 33 } });
  });

  test.each(['en', 'id', 'ja', 'ko'])('relay, from the page in the language %s', (language) => {
    expect(interpret(parseSample(`relay-${language}-task-start`))).toMatchObject({
      eventType: 314,
      callbackEvent: 'TaskStart',
      occurredAtMs: null,
    });
    expect(interpret(parseSample(`relay-${language}-task-exit`))).toMatchObject({ callbackEvent: 'TaskExit' });
  });
});

describe('CSS writes the same in several ways', () => {
  test('names have no blanks around them; free texts have those that were sent', () => {
    const names = {
      app: ' test.domain.com',
      appname: 'live ',
      stream_id: '\ttest_stream\n',
      user_ip: '119.29.94.245 ',
    };
    expect(interpret({ ...parseSample('push'), ...names })).toEqual(push);
    const texts = { errmsg: ' gone ', stream_param: 'a=b ' };
    const { endMessage, facts } = interpret(interruptionBody(texts)) as typeof interruption;
    expect([endMessage, facts.streamParam]).toEqual([' gone ', 'a=b ']);
  });

  test('appid and appId name the account; if both are there, appid does', () => {
    const body = without(pushBody(), 'appid');
    expect(interpret({ ...body, appId: 12_345_678 })).toEqual(push);
    expect(interpret({ ...body, appid: '12345678', appId: 'other' })).toEqual(push);
    expect(interpret({ ...body, appid: null, appId: '12345678' })).toEqual(push);
    expect(interpret(body)).toEqual({ ...push, appId: null });
  });

  test('event_type 0 is an interruption, as a number and as a string, and never "missing"', () => {
    expect(interpret(interruptionBody({ event_type: 0 }))).toEqual(interruption);
    expect(interpret(interruptionBody({ event_type: '0' }))).toEqual(interruption);
    expect(interpret(without(interruptionBody(), 'event_type'))).toMatchObject({ kind: 'OTHER', eventType: null });
  });

  test('numbers as strings', () => {
    expect(interpret(pushBody({ appid: '12345678', event_time: '1545115790', event_type: '1' }))).toEqual(push);
    expect(interpret(interruptionBody({ errcode: '1', event_time: '1545115820' }))).toEqual(interruption);
  });

  test('strings as numbers', () => {
    expect(interpret(interruptionBody({ push_duration: 30_000 }))).toEqual(interruption);
    expect(interpret(pushBody({ stream_id: 42, sequence: 77 }))).toMatchObject({
      sequence: '77',
      facts: { streamId: '42' },
    });
  });

  test('unknown fields change nothing', () => {
    expect(interpret(pushBody({ task: 2, future: { deep: [1] } }))).toEqual(push);
  });
});

describe('what can not be read is unknown, and nothing else is lost with it', () => {
  const members = Object.keys(parseSample('interruption'));
  const nameOf: Readonly<Record<string, keyof typeof interruption | keyof typeof interruption.facts>> = {
    app: 'domain',
    appid: 'appId',
    appname: 'path',
    channel_id: 'channelId',
    errcode: 'endCode',
    errmsg: 'endMessage',
    event_time: 'occurredAtMs',
    node: 'node',
    push_duration: 'pushDurationMs',
    sequence: 'sequence',
    stream_id: 'streamId',
    stream_param: 'streamParam',
    user_ip: 'userIp',
  };

  test.each(Object.keys(nameOf))('%s', (member) => {
    expect(members).toContain(member);
    for (const wrong of [null, true, {}, [1], '']) {
      const name = nameOf[member] ?? '';
      const { facts } = interruption;
      expect(interpret(interruptionBody({ [member]: wrong }))).toEqual(
        name in facts ? { ...interruption, facts: { ...facts, [name]: null } } : { ...interruption, [name]: null },
      );
    }
  });

  test('an event type that is not known is kept by its number', () => {
    expect(interpret({ ...parseSample('push'), event_type: 332 })).toMatchObject({ eventType: 332, appId: '12345678' });
  });

  test.each([
    [100, { app: 'a.example', appname: 'live', stream_id: 's', start_time: 1_545_047_010, end_time: 1_545_049_971 }],
    [200, { stream_id: 's', channel_id: 's', create_time: 1_545_049_971 }],
    [315, { domain: 'a.example', path: 'live', stream_id: 's', channel_id: 's' }],
    [317, { app: 'a.example', appname: 'live', streamId: 's', channelId: 's', screenshotTime: 1_545_049_971 }],
    [321, { domain: 'a.example', path: 'live', stream_id: 's', sequence: '1', data_time: 1_545_049_971_000 }],
    [332, { domain: 'a.example', appname: 'live', stream_id: 's', event_time: 1_545_049_971 }],
    [341, { stream_id: 's', session_id: '1', timestamp: 1_545_049_971 }],
  ])('stream and time of type %i, by the names of its page', (event_type, body) => {
    const namesDomain = 'app' in body || 'domain' in body;
    expect(interpret({ event_type, ...body })).toMatchObject({
      kind: 'OTHER',
      eventType: event_type,
      callbackEvent: null,
      appId: null,
      occurredAtMs: event_type === 315 ? null : 1_545_049_971_000,
      names: { domain: namesDomain ? 'a.example' : null, path: namesDomain ? 'live' : null, streamId: 's' },
    });
  });

  test('when CSS can have sent it: a recording comes once its file is stored', () => {
    const sendable = (event_type: number) => sendableFromMs(interpret({ event_type, end_time: 1_545_049_971 }));
    expect([sendable(100), sendable(200)]).toEqual([null, 1_545_049_971_000]);
  });

  test('names are bounded, the query of the push URL is not cut at 255 characters', () => {
    const long = 'x'.repeat(2_000);
    const read = interpret(pushBody({ stream_id: long, stream_param: long }));
    expect(read).toMatchObject({ facts: { streamId: cutText(long, nameLengthMax), streamParam: long } });
  });

  test('property: no JSON object makes it throw', () => {
    const value = fc.oneof(anyText, exactNumber, fc.constant(null), fc.boolean(), anyJsonObject, fc.array(anyText));
    const members = Object.keys({ ...parseSample('interruption'), ...parseSample('relay-en-vod-source-file-start') });
    const anyCallback = fc.record(
      {
        ...Object.fromEntries(members.map((member) => [member, value])),
        event_type: fc.oneof(fc.constantFrom(0, 1, 314, '0', '1', '314', 332), value),
        callback_event: fc.oneof(fc.constantFrom('TaskStart', 'VodSourceFileFinish', 'TaskExit', 'TaskAlarm'), value),
        msg: fc.oneof(
          value,
          anyJsonObject.map((message) => JSON.stringify(message)),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(anyCallback, anyJsonObject), (body) => {
        expect(typeof interpret(body).kind).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
