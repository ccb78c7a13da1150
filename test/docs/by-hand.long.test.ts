import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Runs a program as `npm run` does. */
function run(program: string, flag: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, flag], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const programs = [
  ['bench/callbacks.ts', 'How many callbacks'],
  ['bench/eventstoredb.ts', 'npm run bench:eventstoredb -- '],
  ['test/hour/run.ts', 'npm run test:hour -- '],
] as const;

test.each(programs)('%s says how to run it, also after a wrong flag', (program, usage) => {
  const usageOf = expect.stringMatching(new RegExp(`^${usage}(.|\n)*\n$`));
  expect(run(program, '--help')).toEqual({ status: 0, stdout: usageOf, stderr: '' });
  expect(run(program, '--no-such-flag')).toEqual({ status: 2, stdout: '', stderr: usageOf });
});

test('benches read their flags in one way, which says how to run them', () => {
  const files = readdirSync('bench').filter((name) => name.endsWith('.ts') && name !== 'bench-flags.ts');
  expect(files.filter((name) => readFileSync(`bench/${name}`, 'utf8').includes('parseArgs'))).toEqual([]);
});
