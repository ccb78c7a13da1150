import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../src/callbacks/callback.ts';
import { without } from '../support/callback-bodies.ts';
import { relayBody } from '../support/relay-bodies.ts';

/** What `msg` says, and how it can be written: JSON in a string that is not always JSON. */

const exitOf = (body: Record<string, unknown>) => interpret(body) as object;
const nothingRead = { event: { type: 'TASK_EXIT', exit: { code: null, codeText: null, message: null } } };

describe('msg', () => {
  test.each([
    ['as JSON in a string', '{"message":"m","code":-22}'],
    ['with a trailing newline', '{"message":"m","code":-22}\n'],
    ['with blanks, and its members in another order', ' {\r\n"code":"-22", "message":"m"}'],
    ['as an object instead of the string', { message: 'm', code: -22 }],
    ['as JSON that was escaped twice', JSON.stringify('{"message":"m","code":-22}')],
  ])('is read %s', (_name, msg) => {
    expect(exitOf({ ...relayBody('TaskExit'), msg })).toMatchObject({
      event: { type: 'TASK_EXIT', exit: { code: -22, codeText: null, message: 'm' } },
    });
  });

  test.each([
    ['empty', ''],
    ['broken', '{"message":"m","code":-22'],
    ['no JSON', 'write packet error.'],
    ['a list', '[{"code":-22}]'],
    ['a number', '5'],
    ['null', 'null'],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify('{"code":-22}'))],
    ['deeper than is read', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`],
    ['a list instead of the string', [{ code: -22 }]],
    ['a number instead of the string', 5],
    ['true instead of the string', true],
    ['null instead of the string', null],
  ])('that is %s is unknown, and the exit is still one, with its task and its source', (_name, msg) => {
    expect(exitOf({ ...relayBody('TaskExit'), msg })).toMatchObject({
      ...nothingRead,
      taskId: '1',
      sourceUrls: ['http://source.example/live/one.flv'],
    });
  });

  test('that is missing is unknown too', () => {
    expect(exitOf(without(relayBody('TaskExit'), 'msg'))).toMatchObject(nothingRead);
  });
});

describe('the code of an exit', () => {
  const codeOf = (code: unknown) => exitOf(relayBody('TaskExit', { code, message: 'm' }));

  test.each([
    ['a number', -22, -22],
    ['a string of digits', '-22', -22],
    ['0', 0, 0],
    ['"0"', '0', 0],
    ['the greatest of 32 bits', 2_147_483_647, 2_147_483_647],
  ])('%s is a number', (_name, sent, code) => {
    expect(codeOf(sent)).toMatchObject({ event: { exit: { code, codeText: null, message: 'm' } } });
  });

  test.each([
    ['a word', 'ERR_WRITE', 'ERR_WRITE'],
    ['a number beyond 32 bits', 2_147_483_648, '2147483648'],
    ['a negative number beyond 32 bits, as a string', '-99999999999', '-99999999999'],
    ['a number beyond 2^53', '9007199254740993123', '9007199254740993123'],
    ['a fraction', -2.5, '-2.5'],
  ])('%s is kept as its text', (_name, sent, codeText) => {
    expect(codeOf(sent)).toMatchObject({ event: { exit: { code: null, codeText, message: 'm' } } });
  });

  test('a number beyond 2^53 inside msg keeps its digits, from the text', () => {
    expect(exitOf(relayBody('TaskExit', '{"code":-9007199254740993123}'))).toMatchObject({
      event: { exit: { code: null, codeText: '-9007199254740993123' } },
    });
  });

  test.each([null, '', {}, [], true])('%j is unknown, and has no text either', (sent) => {
    expect(codeOf(sent)).toMatchObject({ event: { exit: { code: null, codeText: null, message: 'm' } } });
  });
});

describe('the file of a file event', () => {
  const fileOf = (message: unknown) => exitOf(relayBody('VodSourceFileStart', message));

  test('index and duration as numbers and as strings are the same', () => {
    const file = { index: 3, url: 'http://source.example/a.mp4', durationSeconds: 60 };
    const { url } = file;
    expect(fileOf({ url, index: 3, duration: 60 })).toMatchObject({ event: { type: 'FILE_START', file } });
    expect(fileOf({ url, index: '3', duration: '60' })).toMatchObject({ event: { type: 'FILE_START', file } });
  });

  test('an index of 0 is the first file, never "missing"', () => {
    expect(fileOf({ index: 0 })).toMatchObject({ event: { file: { index: 0 } } });
    expect(fileOf({ index: '0' })).toMatchObject({ event: { file: { index: 0 } } });
  });

  test.each([null, '', 'first', 2 ** 31, 1.5])('an index of %j is unknown, and the URL is still read', (index) => {
    expect(fileOf({ url: 'u', index, duration: -1 })).toMatchObject({
      event: { file: { index: null, url: 'u', durationSeconds: null } },
    });
  });
});

describe('the time of a relay callback', () => {
  const timeOf = (callbackEvent: string, message: unknown, overrides: Record<string, unknown> = {}) =>
    interpret(relayBody(callbackEvent, message, overrides)).occurredAtMs;
  const ms = 1_600_000_000_123;

  test('is in msg, in milliseconds, as a number or a string', () => {
    expect(timeOf('TaskStart', { task_start_time: ms })).toBe(ms);
    expect(timeOf('TaskExit', { task_exit_time: String(ms) })).toBe(ms);
  });

  test('in msg is finer than event_time, and goes before it', () => {
    expect(timeOf('TaskStart', { task_start_time: ms }, { event_time: '1600000000' })).toBe(ms);
  });

  test('is event_time of the later revision, a string of seconds or a number, where msg has none', () => {
    expect(timeOf('TaskStart', { task_start_time: 0 }, { event_time: '1600000000' })).toBe(1_600_000_000_000);
    expect(timeOf('VodSourceFileStart', {}, { event_time: 1_600_000_000 })).toBe(1_600_000_000_000);
    expect(timeOf('TaskAlarm', '', { event_time: '1600000000' })).toBe(1_600_000_000_000);
  });

  test('of an exit is never taken from task_start_time (a misprint of the Japanese table)', () => {
    expect(timeOf('TaskExit', { task_start_time: ms, task_exit_time: 0 })).toBeNull();
    expect(timeOf('TaskStart', { task_exit_time: ms })).toBeNull();
    expect(timeOf('TaskAlarm', { task_start_time: ms, task_exit_time: ms })).toBeNull();
  });

  test.each([0, '0', '', null, -1, 'yesterday', 1.5, 253_402_300_800_000])('%j in msg is unknown', (time) => {
    expect(timeOf('TaskStart', { task_start_time: time })).toBeNull();
    expect(timeOf('TaskExit', { task_exit_time: time }, { event_time: 0 })).toBeNull();
  });
});
