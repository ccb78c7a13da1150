import { expect, jest, test } from '@jest/globals';
import { runCommandLine, type Command } from '../../src/commands/command-line.ts';
import { OperatorError } from '../../src/kernel/errors.ts';

/** What a command prints on standard error that fails with such an error. */
async function printedOf(error: Error, isTerminal = false): Promise<string> {
  const { isTTY } = process.stderr;
  process.stderr.isTTY = isTerminal;
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const command: Command = { name: 'fail', meaning: 'fails', flags: {}, run: () => Promise.reject(error) };
  try {
    expect(await runCommandLine([command], ['fail'])).toBe(1);
    return write.mock.calls.join('');
  } finally {
    write.mockRestore();
    process.stderr.isTTY = isTTY;
  }
}

test.each([
  ['SQLITE_CORRUPT', /^A file in DATA_DIR is damaged; .* restore a backup/],
  ['SQLITE_CANTOPEN', /^A file in DATA_DIR cannot be opened or made: .*\(chown\)/],
  ['ENOSPC', /^The disk of DATA_DIR is full/],
  ['ESECRET', /^It failed, and nobody foresaw how: Error ESECRET/],
])('a failure with %s is said with what to do, never with its message', async (code, expected) => {
  const printed = await printedOf(Object.assign(new Error('secret'), { code }));
  expect(printed).toMatch(expected);
  expect(printed).not.toContain('secret');
});

test('on a terminal a failure is not said behind the progress of the command', async () => {
  expect(await printedOf(new OperatorError('It failed.'), true)).toBe('\r\x1b[KIt failed.\n');
});
