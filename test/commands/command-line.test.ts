import { expect, jest, test } from '@jest/globals';
import { runCommandLine, type Command } from '../../src/commands/command-line.ts';
import { OperatorError } from '../../src/kernel/errors.ts';

/** What is printed of a command line on either output, and the exit status. */
async function runAndPrint(commands: readonly Command[], ...args: string[]) {
  const writes = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockReturnValue(true));
  try {
    const status = await runCommandLine(commands, args);
    return { status, printed: writes.map((write) => write.mock.calls.join('')).join('') };
  } finally {
    for (const write of writes) write.mockRestore();
  }
}

const flagOf = (heading?: string) => ({ fallback: '', meaning: 'a flag', ...(heading !== undefined && { heading }) });
const done = { meaning: 'is done', flags: {}, run: () => Promise.resolve(true) };

test('the help shows the flags of a command before the settings that it shares with others', async () => {
  const flags = { shared: flagOf('Settings of the service:'), own: flagOf() };
  const { status, printed } = await runAndPrint([{ ...done, name: 'one', flags }], 'one', '--help');
  expect(status).toBe(0);
  expect(printed).toMatch(/Options:\n +--own [^]*--help [^]*Settings of the service:\n +--shared /);
});

test('the help names the commands that have two words', async () => {
  const names = ['one', 'two a', 'two b'];
  const { printed } = await runAndPrint(
    names.map((name) => ({ ...done, name })),
    '--help',
  );
  expect(printed).toMatch(/^ +two +its commands: a, b$/m);
});

test.each([[['none', '--help']], [['two', 'none', '--help']], [['help', 'none']], [['two', '-x']]])(
  'a command that does not exist is refused, also where its help is asked for: %j',
  async (args) => {
    const { status, printed } = await runAndPrint([{ ...done, name: 'two a' }], ...args);
    expect(status).toBe(2);
    expect(printed).toMatch(/no such command|no command none|Usage/);
  },
);

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
  ['ESECRET', /^Unexpected error: Error ESECRET/],
])('a failure with %s is said with what to do, never with its message', async (code, expected) => {
  const printed = await printedOf(Object.assign(new Error('secret'), { code }));
  expect(printed).toMatch(expected);
  expect(printed).not.toContain('secret');
});

test('on a terminal a failure is not said behind the progress of the command', async () => {
  expect(await printedOf(new OperatorError('It failed.'), true)).toBe('\r\x1b[KIt failed.\n');
});
