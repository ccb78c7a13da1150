import { expect, test } from '@jest/globals';
import { openRecordingLogger } from '../support/recording-logger.ts';

const fault = () => Object.assign(new TypeError('canary'), { code: 'E_CODE' });

test('an error is shown by its kind, its code and where it was, never by its message', () => {
  const { logger, lines } = openRecordingLogger();
  logger.error(fault());
  logger.error(fault(), 'words');
  logger.error({ err: fault() });
  logger.error({ err: fault() }, 'words');
  logger.child({ requestId: 'r1' }).warn({ err: fault(), req: { url: 'canary' }, res: { headers: 'canary' } }, 'words');
  expect(lines).toHaveLength(5);
  expect(lines.join('')).not.toContain('canary');
  for (const line of lines) expect(line).toMatch(/"fault":"TypeError","code":"E_CODE","at":\["at /);
});

test('every line has a level, a time and words', () => {
  const { logger, lines } = openRecordingLogger();
  logger.info({ one: 1 }, 'words');
  logger.debug({}, 'not at this level');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 30, time: expect.any(Number) as unknown, one: 1, msg: 'words' },
  ]);
});
