import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandAtHand, testWith } from '../support/test-with.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

test('docs/alerts.yml has the alerts of docs/metrics.md', () => {
  const [, table = ''] = /Recommended alerts[^\n]*\n\n((?:\|[^\n]*\n)+)/.exec(read('metrics.md')) ?? [];
  const documented = [...table.matchAll(/^\| (.+?) \| `(.+)` \|$/gm)].map(([, title, expression]) => ({
    title,
    expression,
  }));
  const unquoted = (text = '') => text.replaceAll("''", "'");
  const rules = [
    ...read('alerts.yml').matchAll(/^ {8}expr: '(.+)'\n.*\n.*summary: ['"]Live Ledger: (.+)['"] }$/gm),
  ].map(([, expression, title]) => ({ title: unquoted(title), expression: unquoted(expression) }));
  expect(documented.length).toBeGreaterThan(0);
  expect(rules).toEqual(documented);
});

const promtoolTest = testWith(
  'promtool (Debian: apt-get install prometheus)',
  commandAtHand(['promtool', '--version']) !== null,
);

promtoolTest('they are rules that Prometheus accepts', () => {
  const file = fileURLToPath(new URL('../../docs/alerts.yml', import.meta.url));
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('rules found')]);
});
