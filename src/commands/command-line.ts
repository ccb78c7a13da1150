import { performance } from 'node:perf_hooks';
import { Command as Program, CommanderError, Option } from 'commander';
import { adviceOnDamage, describeDiskFault } from '../kernel/disk.ts';
import { OperatorError } from '../kernel/errors.ts';
import { describeFault } from '../kernel/logger.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import { version } from '../kernel/this-process.ts';

export interface Flag {
  /** The default. Empty: there is none. Null: the flag takes no value. */
  readonly fallback: string | null;
  readonly meaning: string;
  /** The environment variable that sets the same. The flag wins. Better for secrets. */
  readonly variable?: string;
  /** The flag may be given several times; the values become a list with commas. */
  readonly isRepeatable?: true;
  /** The heading under which the help shows it, after the command's other flags. */
  readonly heading?: string;
}

/** The flags of a command by name, without leading hyphens. */
export type Flags = Readonly<Record<string, Flag>>;

/** The given values by the name of the flag, from the flag or its variable. Defaults are not filled in. */
export type GivenFlags = Readonly<Record<string, string | boolean | undefined>>;

/**
 * The value of a flag that a command needs.
 * @param names - what it names, for the message: "the folder of the backup"
 * @throws SettingsInvalid
 */
export function required(given: GivenFlags, flag: string, names: string): string {
  const value = given[flag];
  if (typeof value !== 'string' || value === '') throw new SettingsInvalid([`--${flag}: name ${names}`]);
  return value;
}

/** A command of the program, with its help. */
export interface Command {
  readonly name: string;
  readonly meaning: string;
  readonly flags: Flags;
  /** The one value that may follow the flags by itself; `given` has it by its name. Its text is never printed. */
  readonly argument?: { readonly name: string; readonly meaning: string };
  /**
   * Resolves with whether all is well: false if a check has found something. The process ends once nothing keeps it running.
   * `output` writes JSON lines if the flag `json` is given.
   * @throws SettingsInvalid - what was given is wrong; OperatorError - it can't be done
   */
  run(given: GivenFlags, output: CommandOutput): Promise<boolean>;
}

/** The exit statuses. `failed`: also if a check has found something. `usage`: the arguments or settings are wrong. */
const exitStatus = { done: 0, failed: 1, usage: 2 } as const;

/**
 * Runs a command line, and resolves with the exit status. Of its arguments it prints only names of flags and commands,
 * because any value may be a secret, or part of one whose list was split at a blank.
 */
export async function runCommandLine(commands: readonly Command[], args: readonly string[]): Promise<number> {
  const program = new Program('live-ledger')
    .description("The event-sourced record of an account's Tencent Cloud CSS callbacks.")
    .version(version)
    .addHelpText('after', '\nEach command has --help.')
    // Commander's messages quote the arguments.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  let status: number = exitStatus.done;
  for (const command of commands) {
    const parsed = commandOf(program, command.name).description(command.meaning);
    // `assertNothingLeftOver` refuses these instead.
    parsed.allowUnknownOption().allowExcessArguments();
    const flags = Object.entries(command.flags);
    flags.sort(([, one], [, other]) => Number(one.heading !== undefined) - Number(other.heading !== undefined));
    for (const [name, flag] of flags) parsed.addOption(optionOf(name, flag));
    if (command.argument !== undefined) parsed.argument(`[${command.argument.name}]`, command.argument.meaning);
    if (flags.some(([, { variable }]) => variable !== undefined)) {
      parsed.addHelpText('after', '\nFlags with "env" can be set by that environment variable; prefer it for secrets.');
    }
    parsed.action(async () => {
      const given = givenTo(parsed, command);
      const isWell = await command.run(given, createCommandOutput(given['json'] === true));
      status = isWell ? exitStatus.done : exitStatus.failed;
    });
  }
  try {
    assertCommandExists(program, args);
    assertFlagsHaveValues(program, args);
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    return report(error, program, args);
  }
}

/** Adds a command. If its name has two words, it becomes a subcommand of the first. */
function commandOf(program: Program, name: string): Program {
  const [first = '', second] = name.split(' ');
  if (second === undefined) return program.command(first);
  const parent = program.commands.find((command) => command.name() === first) ?? program.command(first);
  const command = parent.command(second);
  parent.summary(`its commands: ${parent.commands.map((one) => one.name()).join(', ')}`);
  return command;
}

function optionOf(name: string, { fallback, meaning, variable, isRepeatable, heading }: Flag): Option {
  const option = new Option(fallback === null ? `--${name}` : `--${name} <value>`, meaning);
  if (isRepeatable) option.argParser((value, before?: string) => (before === undefined ? value : `${before},${value}`));
  if (fallback !== null && fallback !== '') option.default(fallback);
  if (heading !== undefined) option.helpGroup(heading);
  return variable === undefined ? option : option.env(variable);
}

/** @throws UsageError - more was given */
function givenTo(parsed: Program, { name, argument }: Pick<Command, 'name' | 'argument'>): GivenFlags {
  const [value] = parsed.args;
  const given = argument !== undefined && value?.startsWith('-') === false ? { [argument.name]: value } : {};
  assertNothingLeftOver(parsed, name, parsed.args.slice(Object.keys(given).length));
  const flags = parsed.options.flatMap((option): [string, string | boolean][] => {
    const attribute = option.attributeName();
    const isGiven = ['cli', 'env'].includes(parsed.getOptionValueSource(attribute) ?? '');
    return isGiven ? [[option.name(), parsed.getOptionValue(attribute) as string | boolean]] : [];
  });
  return { ...given, ...Object.fromEntries(flags) };
}

class UsageError extends Error {}

/** Commander takes the `--help` of a command that does not exist for that of the program. */
function assertCommandExists(program: Program, [name = '', ...rest]: readonly string[]): void {
  if (name === '' || name === 'help' || name.startsWith('-')) return;
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) throw new CommanderError(exitStatus.usage, 'commander.unknownCommand', '');
  if (command.commands.length > 0) assertCommandExists(command, rest);
}

/** Commander takes `--port --host` for a port named "--host". */
function assertFlagsHaveValues(program: Program, [name, ...rest]: readonly string[]): void {
  const named = program.commands.find((command) => command.name() === name);
  const options = (named?.commands.find((command) => command.name() === rest[0]) ?? named)?.options ?? [];
  rest.forEach((arg, index) => {
    const takesValue = options.some(({ long, required }) => required && long === arg);
    if (takesValue && rest[index + 1]?.startsWith('-') !== false) {
      throw new UsageError(`${arg} needs a value. One that begins with "-" is written ${arg}=<value>.`);
    }
  });
}

function assertNothingLeftOver(command: Program, name: string, args: readonly string[]): void {
  if (args.length === 0) return;
  const unknown = args.find((arg) => arg.startsWith('-'));
  if (unknown === undefined) {
    const takes = command.registeredArguments.length > 0 ? 'one value and flags' : 'flags';
    throw new UsageError(`${name} takes ${takes} only. Put quotes around a value with blanks.`);
  }
  const flag = unknown.replace(/=.*/s, '');
  const isKnown = command.options.some(({ long }) => long === flag);
  throw new UsageError(
    isKnown ? `${flag} takes no value.` : `${name} has no ${nameable(flag) ? `flag ${flag}` : 'such flag'}.`,
  );
}

/** Whether a word may be printed: short, without digits or punctuation except hyphens. Nearly every secret is different. */
function nameable(word: string): boolean {
  return /^(-[a-z]|(--)?[a-z][a-z-]{0,30})$/i.test(word);
}

/** Prints what was wrong, and returns the exit status. */
function report(error: unknown, program: Program, [name = '', second]: readonly string[]): number {
  clearProgress();
  if (error instanceof UsageError) {
    const parent = program.commands.find((command) => command.name() === name);
    const words = parent?.commands.some((command) => command.name() === second) ? `${name} ${second}` : name;
    process.stderr.write(`${error.message}\nSee: live-ledger ${words} --help\n`);
    return exitStatus.usage;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitStatus.done;
    // Without a command, Commander has printed the help.
    if (error.code === 'commander.help') return exitStatus.usage;
    const parent = program.commands.find((command) => command.name() === name);
    if (parent !== undefined) {
      process.stderr.write(`live-ledger ${name} has no such command.\n\n${parent.helpInformation()}`);
      return exitStatus.usage;
    }
    const what = name.startsWith('-') ? 'flag' : 'command';
    process.stderr.write(`live-ledger has no ${nameable(name) ? `${what} ${name}` : `such ${what}`}.\n\n`);
    process.stderr.write(program.helpInformation());
    return exitStatus.usage;
  }
  if (error instanceof SettingsInvalid) {
    process.stderr.write(`These settings are wrong:\n  ${error.problems.join('\n  ')}\n`);
    return exitStatus.usage;
  }
  process.stderr.write(`${error instanceof OperatorError ? error.message : describeFailure(error)}\n`);
  return exitStatus.failed;
}

/** Describes an unexpected error without its message, which may quote the arguments. */
function describeFailure(error: unknown): string {
  const known = describeDiskFault(error) ?? adviceOnDamage(error);
  if (known !== null) return known;
  const { fault, code, at } = describeFault(error);
  const where = Array.isArray(at) && at.length > 0 ? `, ${String(at[0])}` : '';
  const what = typeof code === 'string' ? `${String(fault)} ${code}` : String(fault);
  return `Unexpected error: ${what}${where}. If nothing is wrong with the files and the network it uses, report it.`;
}

/** Prints sentences on standard output and progress on a terminal, or both as JSON lines on standard output. */
export interface CommandOutput {
  /** Reports progress: a sentence for the terminal, replaced by the next, and the same as fields for a JSON line. */
  progress(sentence: string, fields: object): void;
  /** Reports what the command has done or found. */
  result(sentence: string, fields: object): void;
}

/** The flag that asks for JSON lines. */
export const jsonFlag = { fallback: null, meaning: 'progress and results as JSON lines on standard output' };

const clearLine = '\r\x1b[K';

/** Clears the progress on a terminal, before anything else is printed. */
function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write(clearLine);
}

/** @param asJson - JSON lines instead of sentences */
export function createCommandOutput(asJson: boolean): CommandOutput {
  if (asJson) {
    const write = (_sentence: string, fields: object) => {
      process.stdout.write(`${JSON.stringify(fields, bigintAsText)}\n`);
    };
    return { progress: write, result: write };
  }
  const isTerminal = process.stderr.isTTY;
  return {
    progress(sentence) {
      if (isTerminal) process.stderr.write(clearLine + sentence);
    },
    result(sentence) {
      clearProgress();
      process.stdout.write(`${sentence}\n`);
    },
  };
}

/** Estimates, from now on, the seconds left after `done` of `total` at the pace so far. Infinity while nothing is done. */
export function createTimeLeft(): (done: number, total: number) => number {
  const begunMs = performance.now();
  return (done, total) => Math.ceil(((performance.now() - begunMs) / 1_000 / done) * (total - done));
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
