import { patientMs } from './patience.ts';
import { spawn } from 'node:child_process';

/** A program started by a test, and its output so far. */
export interface StartedProcess {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the result of `find`, at once or after more output; rejects if the program ends first or takes too long. */
  until<Result>(what: string, find: () => Result | undefined): Promise<Result>;
  kill(signal: NodeJS.Signals): void;
  /** Undefined if it could not be started. */
  pid(): number | undefined;
  /** Resolves once it has ended, with its exit status, or null if a signal ended it. */
  ended(): Promise<number | null>;
}

/** Starts Node with these arguments and only the given environment, nothing of the test's own. */
export function startNode(args: readonly string[], environment: Readonly<Record<string, string>> = {}): StartedProcess {
  return startProgram(process.execPath, args, environment);
}

/** The same with any program. With `terminalFolder` it runs there, and a signal also reaches what it has started, as Ctrl-C would. */
export function startProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  terminalFolder?: string,
): StartedProcess {
  const child = spawn(program, args, {
    cwd: terminalFolder,
    detached: terminalFolder !== undefined,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  let status: number | null | undefined;
  const looking = new Set<() => void>();
  const look = () => {
    for (const one of [...looking]) one();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    look();
  });
  child.on('close', (code) => {
    status = code;
    look();
  });

  function until<Result>(what: string, find: () => Result | undefined): Promise<Result> {
    return new Promise((resolve, reject) => {
      const giveUp = (why: string) => {
        reject(new Error(`${why} before: ${what}\n${stdout}${stderr}`));
      };
      const settle = () => {
        clearTimeout(timer);
        looking.delete(one);
      };
      const one = () => {
        const result = find();
        if (result !== undefined) resolve(result);
        else if (status !== undefined) giveUp('It ended');
        else return;
        settle();
      };
      const timer = setTimeout(() => {
        giveUp(`${patientMs} ms went by`);
        settle();
      }, patientMs);
      looking.add(one);
      one();
    });
  }

  return {
    pid: () => child.pid,
    stdout: () => stdout,
    stderr: () => stderr,
    until,
    kill: (signal) => {
      if (terminalFolder === undefined) child.kill(signal);
      else if (status === undefined && child.pid !== undefined) process.kill(-child.pid, signal);
    },
    ended: () => until('the end of the process', () => status),
  };
}
