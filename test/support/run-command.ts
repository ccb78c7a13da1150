import { runProgram } from '../../src/commands/program.ts';

/** What a command has printed, and the status that its process would end with. */
export interface CommandOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The one before: they share the outputs and the environment of the process. */
let before: Promise<unknown> = Promise.resolve();

/**
 * Runs `live-ledger` in the process of the test: for all but what is claimed of a process, which takes many times as much of the
 * processor. Its environment is what is given here and nothing else of the test's own.
 */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  const outcome = before.then(() => runAlone(args, environment));
  before = outcome.catch(() => undefined);
  return outcome;
}

async function runAlone(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  const own = process.env;
  process.env = { ...environment };
  try {
    const status = await runProgram(args);
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.env = own;
    for (const { restore } of [stdout, stderr]) restore();
  }
}

function capture(stream: NodeJS.WriteStream) {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: Uint8Array | string) => {
    text += chunk.toString();
    return true;
  };
  return {
    text: () => text,
    restore: () => {
      stream.write = write;
    },
  };
}
