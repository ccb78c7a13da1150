import { expect, jest, test } from '@jest/globals';
import { runCommandLine, type Command } from '../../src/commands/command-line.ts';

/** What a command prints on standard error that fails with such an error. */
async function printedOf(error: Error): Promise<string> {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const command: Command = { name: 'fail', meaning: 'fails', flags: {}, run: () => Promise.reject(error) };
  try {
    expect(await runCommandLine([command], ['fail'])).toBe(1);
    return write.mock.calls.join('');
  } finally {
    write.mockRestore();
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
