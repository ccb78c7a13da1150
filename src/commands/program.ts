import { runCommandLine } from './command-line.ts';
import { rebuildCommand } from './rebuild.ts';
import { serveCommand } from './serve.ts';
import { simulateCommand } from './simulate.ts';
import { verifyCommand } from './verify.ts';

/** Runs `live-ledger` with these arguments, and resolves with its exit status. */
export function runProgram(args: readonly string[]): Promise<number> {
  return runCommandLine([serveCommand, rebuildCommand, verifyCommand, simulateCommand], args);
}
