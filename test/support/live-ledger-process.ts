import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startNode, type StartedProcess } from './started-process.ts';

/** The command, which runs the output of `npm run build`. */
export const program = fileURLToPath(new URL('../../bin/live-ledger.js', import.meta.url));
const built = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** `live-ledger` as built by `npm run build`, in its own process. */
export interface LedgerProcess extends StartedProcess {
  /** Resolves with the match once it has printed fitting text; rejects if it ends first or takes too long. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with its URL once it listens. */
  url(): Promise<string>;
}

/** Environment of a process that waits a hundred times as long for requests while it is stopped: a test may be late to send them. */
export const patientStop = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    'const now = performance.now.bind(performance); performance.now = () => now() / 100;',
  )}`,
};

/** Starts it with only the given environment, nothing of the test's own. */
export function startLedger(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LedgerProcess {
  if (!existsSync(built)) throw new Error('dist/ is missing: run `npm run build` before these tests.');
  return startLedgerOf(program, args, environment);
}

/** The same for another copy of the product. */
export function startLedgerOf(
  copy: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): LedgerProcess {
  return ledgerOf(startNode([copy, ...args], environment));
}

/** Wraps a process started as a service, which prints where it listens. */
export function ledgerOf(started: StartedProcess): LedgerProcess {
  const printed = (pattern: RegExp) =>
    started.until(String(pattern), () => pattern.exec(started.stdout() + started.stderr()) ?? undefined);
  return { ...started, printed, url: async () => (await printed(/listens on (http:\/\/\S+)/))[1] ?? '' };
}

/** Ends a process that a test has left running. */
export async function endLedger(ledger: LedgerProcess): Promise<void> {
  ledger.kill('SIGKILL');
  await ledger.ended();
}
