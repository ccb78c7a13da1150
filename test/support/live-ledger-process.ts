import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/live-ledger.js', import.meta.url));
const built = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Milliseconds that a process may take for what a test waits for; a slow machine needs less than a tenth of it. */
const patienceMs = 20_000;

/** `live-ledger` as a process of its own, as `npm run build` made it. */
export interface LedgerProcess {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves once it has printed what fits, with the match; rejects where it ends before or takes too long. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Where it listens, once it does. */
  url(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once it has ended: with its exit status, or null where a signal ended it. */
  ended(): Promise<number | null>;
}

/** Its environment is what is given here and nothing else of the test's own. */
export function startLedger(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LedgerProcess {
  if (!existsSync(built)) throw new Error('dist/ is missing: run `npm run build` before these tests.');
  const child = spawn(process.execPath, [program, ...args], {
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

  function when<Result>(what: string, find: () => Result | undefined): Promise<Result> {
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
        giveUp(`${patienceMs} ms went by`);
        settle();
      }, patienceMs);
      looking.add(one);
      one();
    });
  }

  const printed = (pattern: RegExp) => when(String(pattern), () => pattern.exec(stdout + stderr) ?? undefined);
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    printed,
    url: async () => (await printed(/listens on (http:\/\/\S+)/))[1] ?? '',
    kill: (signal) => {
      child.kill(signal);
    },
    ended: () => when('the end of the process', () => status),
  };
}

/** Ends what a test has left running. */
export async function endLedger(ledger: LedgerProcess): Promise<void> {
  ledger.kill('SIGKILL');
  await ledger.ended();
}
