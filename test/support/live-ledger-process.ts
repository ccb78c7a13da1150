import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startNode, type StartedProcess } from './started-process.ts';

/** The command, which runs what `npm run build` made. */
export const program = fileURLToPath(new URL('../../bin/live-ledger.js', import.meta.url));
const built = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** `live-ledger` as a process of its own, as `npm run build` made it. */
export interface LedgerProcess extends StartedProcess {
  /** Resolves once it has printed what fits, with the match; rejects where it ends before or takes too long. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Where it listens, once it does. */
  url(): Promise<string>;
}

/** Its environment is what is given here and nothing else of the test's own. */
export function startLedger(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LedgerProcess {
  if (!existsSync(built)) throw new Error('dist/ is missing: run `npm run build` before these tests.');
  return startLedgerOf(program, args, environment);
}

/** The same of another copy of the product. */
export function startLedgerOf(
  copy: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): LedgerProcess {
  return ledgerOf(startNode([copy, ...args], environment));
}

/** What was started as a service, which says where it listens. */
export function ledgerOf(started: StartedProcess): LedgerProcess {
  const printed = (pattern: RegExp) =>
    started.until(String(pattern), () => pattern.exec(started.stdout() + started.stderr()) ?? undefined);
  return { ...started, printed, url: async () => (await printed(/listens on (http:\/\/\S+)/))[1] ?? '' };
}

/** Ends what a test has left running. */
export async function endLedger(ledger: LedgerProcess): Promise<void> {
  ledger.kill('SIGKILL');
  await ledger.ended();
}
