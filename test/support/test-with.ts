import { test } from '@jest/globals';
import { spawnSync } from 'node:child_process';

type Test = (name: string, run: () => Promise<void> | void, timeoutMs?: number) => void;

/** The first of these commands that this machine can run, or null. */
export function commandAtHand(...commands: readonly (readonly string[])[]): readonly string[] | null {
  return commands.find(([program = '', ...words]) => runs(program, words)) ?? null;
}

function runs(program: string, words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'ignore' }).status === 0;
}

/** `test` if its requirement is available; otherwise the tests are skipped, and a line says why. */
export function testWith(what: string, atHand: boolean): Test {
  if (atHand) return test;
  process.stderr.write(`skipped: ${what} is not at hand\n`);
  return test.skip;
}
