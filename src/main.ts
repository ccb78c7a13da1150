import { parseArgs } from 'node:util';
import { flagsOfVariables, helpOf, parseOptionsOf, variableOf, type Flags } from './commands/flags.ts';
import { LogUnusable } from './event-store/errors.ts';
import { ReadModelUnusable } from './read-models/errors.ts';
import { rebuild, type Progress } from './commands/rebuild.ts';
import { serve } from './commands/serve.ts';
import { describeRefusedFlags } from './commands/refused-flags.ts';
import { SettingsInvalid, variables } from './commands/settings.ts';
import {
  barListener,
  hasSucceeded,
  jsonListener,
  resultOf,
  silentListener,
  summaryOf,
} from './commands/simulate/report.ts';
import { readSimulateSettings, simulateFlags, type GivenFlags } from './commands/simulate/settings.ts';
import { simulate } from './commands/simulate/simulate.ts';
import { systemClock } from './kernel/clock.ts';
import { SimulationFailed } from '../simulator/simulation-failed.ts';

const exitStatus = { failed: 1, usage: 2 } as const;

interface Command {
  readonly meaning: string;
  readonly flags: Flags;
  /** `environment` has the flags that are variables too. */
  run(environment: NodeJS.ProcessEnv, flags: GivenFlags): Promise<void>;
}

const serviceFlags = flagsOfVariables(variables);
const progressAsJson = {
  fallback: null,
  meaning: 'progress as JSON lines on standard output',
  isVariable: false,
} as const;

const copyAgain = {
  fallback: null,
  meaning: 'with EventStoreDB: begin a new epoch and copy the whole log again, as after restoring an older copy of it',
  isVariable: false,
} as const;

const commands = {
  serve: {
    meaning: 'take callbacks and answer queries until it is stopped',
    flags: serviceFlags,
    run: serve,
  },
  rebuild: {
    meaning: 'build the read models anew from the log; the service must not run',
    flags: { ...serviceFlags, json: progressAsJson, 'from-log': copyAgain },
    run: runRebuild,
  },
  simulate: {
    meaning: 'send a running service the callbacks of made-up streams and relay tasks, and check what it tells of them',
    flags: simulateFlags,
    run: runSimulate,
  },
} as const satisfies Record<string, Command>;

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
    const options = parseOptionsOf(commands[name as CommandName].flags);
    flags = parseArgs({ args: rest, options, strict: true, allowPositionals: false }).values as GivenFlags;
  } catch (error) {
    fail(exitStatus.usage, `${describeRefusedFlags(error)}\nSee: live-ledger ${name} --help\n`);
    return;
  }
  if (flags['help'] === true) {
    print(commandUsage(name as CommandName));
    return;
  }
  const environment = { ...process.env };
  for (const [flag, { isVariable }] of Object.entries<Flags[string]>(commands[name as CommandName].flags)) {
    const value = flags[flag];
    if (isVariable && typeof value === 'string') environment[variableOf(flag)] = value;
  }
  try {
    await commands[name as CommandName].run(environment, flags);
  } catch (error) {
    if (error instanceof SettingsInvalid) {
      fail(exitStatus.usage, `These settings are wrong:\n  ${error.problems.join('\n  ')}\n`);
      return;
    }
    fail(exitStatus.failed, `${messageOf(error)}\n`);
  }
}

async function runRebuild(environment: NodeJS.ProcessEnv, flags: GivenFlags): Promise<void> {
  const json = flags['json'] === true;
  const fromLog = flags['from-log'] === true;
  if (json) {
    await rebuild(environment, printJson, { fromLog });
    return;
  }
  const isWatched = process.stderr.isTTY;
  let last: Progress | undefined;
  const watch = (progress: Progress) => {
    last = progress;
    if (isWatched) process.stderr.write(`\r${barOf(progress)}`);
  };
  await rebuild(environment, watch, { fromLog });
  if (isWatched) process.stderr.write('\n');
  else if (last !== undefined) process.stderr.write(`${barOf(last)}\n`);
}

async function runSimulate(environment: NodeJS.ProcessEnv, flags: GivenFlags): Promise<void> {
  const settings = readSimulateSettings(flags, environment, systemClock());
  const json = flags['json'] === true;
  const bar = process.stderr.isTTY ? barListener((text) => process.stderr.write(text)) : silentListener;
  const result = await simulate(settings, json ? jsonListener(printJson) : bar);
  if (json) printJson(resultOf(settings, result));
  else print(summaryOf(settings, result));
  if (!hasSucceeded(result)) process.exitCode = exitStatus.failed;
}

function printJson(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function barOf({ events, eventsTotal, indexes, indexesTotal }: Progress): string {
  const percent = eventsTotal === 0 ? 100 : Math.floor((events / eventsTotal) * 100);
  const built = indexesTotal === null ? '' : `, ${indexes} of ${indexesTotal} indexes`;
  return `rebuild: ${events} of ${eventsTotal} events, ${percent} %${built}`;
}

/** What the operator can mend is told in words; of anything else the stack is wanted. */
function messageOf(error: unknown): string {
  const isForPeople = [LogUnusable, ReadModelUnusable, SimulationFailed].some((kind) => error instanceof kind);
  if (isForPeople) return (error as Error).message;
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

function usage(): string {
  const lines = Object.entries(commands).map(([name, { meaning }]) => `  ${name.padEnd(10)}${meaning}`);
  return `usage: live-ledger <command> [flags]\n${lines.join('\n')}\nEach command has --help.\n`;
}

function commandUsage(name: CommandName): string {
  const { meaning, flags } = commands[name];
  return `usage: live-ledger ${name} [flags]\n${meaning}\n\nFlags; those with a name in capitals are environment variables too, and secrets are better given so:\n${helpOf(flags)}`;
}

function print(text: string): void {
  process.stdout.write(text);
}

function fail(status: number, text: string): void {
  process.stderr.write(text);
  process.exitCode = status;
}

await main();
