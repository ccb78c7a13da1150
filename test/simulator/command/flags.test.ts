import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Flag } from '../../../src/commands/command-line.ts';
import { simulateFlags } from '../../../simulator/command/flags.ts';

test('docs/simulate.md has every flag of simulate with its variable, its default and its meaning, and no other', () => {
  const docs = readFileSync(new URL('../../../docs/simulate.md', import.meta.url), 'utf8');
  const rows = Object.entries<Flag>(simulateFlags).map(([name, { fallback, meaning, variable }]) => {
    const variableColumn = variable === undefined ? '' : `, \`${variable}\``;
    const defaultColumn = fallback === null || fallback === '' ? '' : `\`${fallback}\``;
    return `| \`--${name}\`${variableColumn} | ${defaultColumn} | ${meaning} |`;
  });
  expect(docs.split('\n').filter((line) => line.startsWith('| `--'))).toEqual(rows);
});
