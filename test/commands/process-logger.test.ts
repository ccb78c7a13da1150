import { expect, test } from '@jest/globals';
import { program } from '../support/live-ledger-process.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { startProgram } from '../support/started-process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

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

testWith('script (Debian: bsdutils)', commandAtHand(['script', '--version']) !== null)(
  'on a terminal a line has a date and a time',
  async () => {
    const folder = makeTemporaryFolder();
    const command = `echo pid $$; exec '${process.execPath}' '${program}' serve`;
    const environment = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'info', SHELL: '/bin/sh' };
    const terminal = startProgram('script', ['--quiet', '--command', command, '/dev/null'], environment, folder.path);
    try {
      const lineOf = (what: string) =>
        terminal.until(what, () => new RegExp(`^.*${what}.*$`, 'm').exec(terminal.stdout())?.[0]);
      const started = await lineOf('"msg":"listening"');
      process.kill(Number(/"pid":(\d+)/.exec(await lineOf('"process":"reader","pid"'))?.[1]), 'SIGKILL');
      const ended = await lineOf('the reader has ended');
      for (const line of [started, ended]) expect(line).toMatch(/"time":"\d{4}-\d\d-\d\dT[\d:.]+Z"/);
    } finally {
      // The service outlives its terminal.
      process.kill(Number(/pid (\d+)/.exec(terminal.stdout())?.[1]), 'SIGTERM');
      await terminal.ended();
      folder.remove();
    }
  },
);
