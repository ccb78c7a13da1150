import { parseArgs } from 'node:util';
import { LogUnusable } from './event-store/errors.ts';
import { ReadModelUnusable } from './read-models/errors.ts';
import { rebuild, type Progress } from './commands/rebuild.ts';
import { serve } from './commands/serve.ts';
import { SettingsInvalid, variables, type VariableName } from './commands/settings.ts';

const exitStatus = { failed: 1, usage: 2 } as const;

const commands = {
  serve: { meaning: 'take callbacks and answer queries until it is stopped', run: serve },
  rebuild: { meaning: 'build the read models anew from the log; the service must not run', run: runRebuild },
} as const;

type CommandName = keyof typeof commands;

async function main(): Promise<void> {
  // Callbacks carry credentials of pushers: what is written is for this user alone.
  process.umask(0o077);
  const [name, ...rest] = process.argv.slice(2);
  if (name === '--help' || name === '-h' || name === 'help') {
    print(usage());
    return;
  }
  if (name === undefined || !Object.hasOwn(commands, name)) {
    fail(exitStatus.usage, usage());
    return;
  }
  let flags;
  try {
    flags = parseArgs({ args: rest, options: flagOptions(), strict: true, allowPositionals: false }).values;
  } catch (error) {
    fail(exitStatus.usage, `${(error as Error).message}\nSee: live-ledger ${name} --help\n`);
    return;
  }
  if (flags['help'] === true) {
    print(commandUsage(name as CommandName));
    return;
  }
  const environment = { ...process.env };
  for (const [flag, value] of Object.entries(flags)) {
    if (typeof value === 'string') environment[variableOf(flag)] = value;
  }
  try {
    await commands[name as CommandName].run(environment, flags['json'] === true);
  } catch (error) {
    if (error instanceof SettingsInvalid) {
      fail(exitStatus.usage, `These settings are wrong:\n  ${error.problems.join('\n  ')}\n`);
      return;
    }
    fail(exitStatus.failed, `${messageOf(error)}\n`);
  }
}

async function runRebuild(environment: NodeJS.ProcessEnv, json: boolean): Promise<void> {
  await rebuild(environment, json ? printJson : printBar);
  if (!json) process.stderr.write('\n');
}

function printJson(progress: Progress): void {
  process.stdout.write(`${JSON.stringify(progress)}\n`);
}

function printBar({ events, eventsTotal, indexes, indexesTotal }: Progress): void {
  const percent = eventsTotal === 0 ? 100 : Math.floor((events / eventsTotal) * 100);
  const built = indexesTotal === null ? '' : `, ${indexes} of ${indexesTotal} indexes`;
  process.stderr.write(`\rrebuild: ${events} of ${eventsTotal} events, ${percent} %${built}`);
}

/** What the operator can mend is told in words; of anything else the stack is wanted. */
function messageOf(error: unknown): string {
  if (error instanceof LogUnusable || error instanceof ReadModelUnusable) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  const advice = code === undefined ? undefined : adviceOnListening[code];
  return advice === undefined ? String(stack) : `${message}: ${advice}`;
}

const adviceOnListening: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. Stop it, or set PORT to another port.',
  EACCES: 'this user may not listen there. Set PORT to a port above 1023.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one of its own.',
  ENOTFOUND: 'no such host. Set HOST to an address of this machine.',
};

function flagOptions() {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
  };
  for (const name of Object.keys(variables)) options[flagOf(name)] = { type: 'string' };
  return options;
}

function flagOf(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}

function variableOf(flag: string): VariableName {
  return flag.toUpperCase().replaceAll('-', '_') as VariableName;
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { meaning }]) => `  ${name.padEnd(10)}${meaning}`);
  return `usage: live-ledger <command> [flags]\n${lines.join('\n')}\nEach command has --help.\n`;
}

function commandUsage(name: CommandName): string {
  const lines = Object.entries(variables).map(([variable, { fallback, meaning }]) => {
    const standard = fallback === '' ? '' : ` (${fallback})`;
    return `  --${flagOf(variable)}, ${variable}${standard}\n      ${meaning}`;
  });
  const json = name === 'rebuild' ? '\n  --json\n      progress as JSON lines on standard output' : '';
  return `usage: live-ledger ${name} [flags]\n${commands[name].meaning}\n\nEach flag is also an environment variable:\n${lines.join('\n')}${json}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}

function fail(status: number, text: string): void {
  process.stderr.write(text);
  process.exitCode = status;
}

await main();
