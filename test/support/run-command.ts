import { runProgram } from '../../src/commands/program.ts';

/** A command's output, and the exit status of its process. */
export interface CommandOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The previous command: commands share the outputs and environment of the process. */
let before: Promise<unknown> = Promise.resolve();

/**
 * Runs `live-ledger` in the test's process, for everything but claims about a process, which takes many times as much CPU. Its environment
 * is only what is given here, nothing of the test's own.
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
