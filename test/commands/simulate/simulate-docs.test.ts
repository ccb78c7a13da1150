import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { variableOf, type Flag } from '../../../src/commands/flags.ts';
import { simulateFlags } from '../../../src/commands/simulate/settings.ts';

test('docs/simulate.md tells every flag of simulate, its variable, its default and its meaning, and no other', () => {
  const docs = readFileSync(new URL('../../../docs/simulate.md', import.meta.url), 'utf8');
  const rows = Object.entries<Flag>(simulateFlags).map(([name, { fallback, meaning, isVariable }]) => {
    const variable = isVariable ? `, \`${variableOf(name)}\`` : '';
    const standard = fallback === null || fallback === '' ? '' : `\`${fallback}\``;
    return `| \`--${name}\`${variable} | ${standard} | ${meaning} |`;
  });
  expect(docs.split('\n').filter((line) => line.startsWith('| `--'))).toEqual(rows);
});
