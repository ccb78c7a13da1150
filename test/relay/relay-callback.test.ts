import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../src/callbacks/callback.ts';
import { nameEvent } from '../../src/callbacks/event-naming.ts';
import type { RelayCallback } from '../../src/callbacks/types/relay.ts';
import { parseJsonObject } from '../../src/callbacks/json-object.ts';
import { without } from '../support/callback-bodies.ts';
import { anyJsonObject, anyText, exactNumber } from '../support/json-arbitraries.ts';
import { relayBody } from '../support/relay-bodies.ts';
import { parseSample } from '../support/samples.ts';

function read(body: Record<string, unknown>): RelayCallback {
  const callback = interpret(body);
  if (callback.kind !== 'RELAY') throw new Error(`It is read as ${callback.kind}.`);
  return callback;
}

const languages = ['ko', 'ja', 'en', 'id'];
const target = { toUrl: 'rtmp://5000.livepush.myqcloud.com/live/testvod', streamId: 'testvod' };
const playlist = 'live/normal_466247620*****3100448-upload-216b/playlist.m3u8';

describe.each(languages)('the samples of the relay page are read as they are meant (%s)', (language) => {
  const sample = (name: string) => read(parseSample(`relay-${language}-${name}`));
  const any = { kind: 'RELAY', eventType: 314, appId: '4', occurredAtMs: null };

  test('TaskStart, whose time of 0 is unknown and whose stream is in to_url if stream_id is empty', () => {
    expect(sample('task-start')).toEqual({
      ...any,
      ...target,
      callbackEvent: 'TaskStart',
      taskId: '118148',
      sourceUrls: ['http://yourURL.cn/live/normal_230753472*****21162358-upload-45eb/playlist.m3u8'],
      event: { type: 'TASK_START' },
    });
  });

  test.each([
    ['vod-source-file-start', 'VodSourceFileStart', 'FILE_START', 'http://remit-tx-ugcpub.douyucdn2.cn'],
    ['vod-source-file-finish', 'VodSourceFileFinish', 'FILE_FINISH', 'http://yourURL.cn'],
  ])('%s, with its index as a number', (name, callbackEvent, type, host) => {
    expect(sample(name)).toEqual({
      ...any,
      ...target,
      callbackEvent,
      taskId: '118145',
      sourceUrls: [`http://yourURL.cn/${playlist}`],
      event: { type, file: { index: 0, url: `${host}/${playlist}`, durationSeconds: 14_920 } },
    });
  });

  test('TaskExit, which names neither task nor stream', () => {
    expect(sample('task-exit')).toEqual({
      ...any,
      callbackEvent: 'TaskExit',
      taskId: null,
      toUrl: null,
      streamId: null,
      sourceUrls: ['http://yourURL.cn/live/normal_230753472*****21162358-upload-4'],
      event: { type: 'TASK_EXIT', exit: { code: -22, codeText: null, message: 'write packet error.' } },
    });
  });
});

describe('the account and the task', () => {
  test('are read from appid or appId', () => {
    expect(read({ ...without(relayBody('TaskStart'), 'appid'), appId: '7' }).appId).toBe('7');
  });

  test('a task_id that is a number beyond 2^53 keeps its digits, from the text', () => {
    const text = JSON.stringify(relayBody('TaskStart', {}, { task_id: '?' }));
    const parsed = parseJsonObject(Buffer.from(text.replace('"?"', '9007199254740993123')));
    expect(parsed.ok && read(parsed.object).taskId).toBe('9007199254740993123');
  });

  test.each([
    ['a number', 118_148, '118148'],
    ['a text with blanks around it', ' 118148 ', '118148'],
    ['empty', '', null],
    ['null', null, null],
    ['an object', { id: 1 }, null],
    ['a fraction', 1.5, null],
  ])('a task_id that is %s', (_name, taskId, expected) => {
    expect(read(relayBody('TaskStart', {}, { task_id: taskId })).taskId).toBe(expected);
  });
});

describe('events of later revisions', () => {
  test('TaskAlarm is an alarm of its type', () => {
    expect(read(relayBody('TaskAlarm', { type: 'PullFileUnstable' })).event).toEqual({
      type: 'ALARM',
      alarm: 'PullFileUnstable',
    });
  });

  test.each([{}, { type: '' }, { type: null }, '', 'not JSON'])('TaskAlarm without a type is still one: %j', (msg) => {
    expect(read(relayBody('TaskAlarm', msg)).event).toEqual({ type: 'ALARM', alarm: 'unknown' });
  });

  test.each(['PullFileUnstable', 'PushStreamUnstable', 'PullFileFailed', 'PushStreamFailed', 'FileEndEarly'])(
    '%s sent as an event of its own is an alarm of that type, whatever its msg says',
    (callbackEvent) => {
      const body = relayBody(callbackEvent, { type: 'another' });
      expect(read(body)).toMatchObject({ callbackEvent, event: { type: 'ALARM', alarm: callbackEvent } });
      // The names of events on disk never change.
      expect(nameEvent(interpret(body)).eventType).toBe('CssRelayOther');
    },
  );

  test.each(['ResetTaskConfig', 'TaskPaused', 'pushstreamfailed', 'toString', '__proto__', 'taskstart'])(
    '%s is kept under its name, and begins and ends nothing',
    (callbackEvent) => {
      expect(read(relayBody(callbackEvent, { code: 1 }))).toMatchObject({
        callbackEvent,
        taskId: '1',
        event: { type: 'OTHER' },
      });
    },
  );

  test.each([undefined, null, '', 5, {}])(
    'a callback_event of %p is a relay callback all the same',
    (callbackEvent) => {
      expect(read({ ...relayBody('TaskStart'), callback_event: callbackEvent }).event).toEqual({ type: 'OTHER' });
    },
  );
});

describe('property: no callback of event type 314 makes it throw', () => {
  const wild = fc.oneof(anyText, exactNumber, fc.constant(null), fc.boolean(), anyJsonObject, fc.array(anyText));
  const wildMsg = fc.oneof(
    wild,
    anyJsonObject.map((message) => JSON.stringify(message)),
    fc
      .record(
        { task_start_time: wild, task_exit_time: wild, code: wild, message: wild, url: wild, index: wild, type: wild },
        { requiredKeys: [] },
      )
      .map((message) => `${JSON.stringify(message)}\n`),
  );
  const callbackEvents = ['TaskStart', 'TaskExit', 'VodSourceFileStart', 'VodSourceFileFinish', 'TaskAlarm', 'Other'];
  const members = Object.keys(relayBody('TaskStart'));
  const body = fc.record(
    {
      ...Object.fromEntries(members.map((member) => [member, wild])),
      event_time: wild,
      event_type: fc.constantFrom(314, '314', ' 314 '),
      callback_event: fc.oneof({ arbitrary: fc.constantFrom(...callbackEvents), weight: 4 }, wild),
      msg: wildMsg,
    },
    { requiredKeys: ['event_type'] },
  );

  test('whatever its fields and its msg hold', () => {
    fc.assert(
      fc.property(body, (object) => {
        const { kind, occurredAtMs, sourceUrls } = read(object);
        expect(kind).toBe('RELAY');
        expect(occurredAtMs === null || (Number.isSafeInteger(occurredAtMs) && occurredAtMs > 0)).toBe(true);
        expect(sourceUrls.every((url) => typeof url === 'string' && url !== '')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
