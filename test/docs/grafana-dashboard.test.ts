import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const { panels } = JSON.parse(read('grafana-dashboard.json')) as { readonly panels: readonly Panel[] };
const shown = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));

/** Names with their labels, as the page of metrics has them; a histogram with the names of its series. */
const documented = new Map<string, readonly string[]>();
for (const [, name = '', labels = '', type] of read('metrics.md').matchAll(
  /^\| `(live_ledger_\w+)(?:\{([\w,]+)\})?` \| (\w+) \|/gm,
)) {
  const own = ['instance', ...labels.split(',').filter((label) => label !== '')];
  const series = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  for (const suffix of series) documented.set(name + suffix, suffix === '_bucket' ? [...own, 'le'] : own);
}

test('every query asks for metrics of docs/metrics.md, and only for labels that these have', () => {
  expect(shown.length).toBeGreaterThan(20);
  for (const { title, expr, legendFormat } of shown) {
    const names = [...expr.matchAll(/live_ledger_\w+/g)].map(([name]) => name);
    expect([title, names.length > 0, names.filter((name) => !documented.has(name))]).toEqual([title, true, []]);
    const labels = names.flatMap((name) => documented.get(name) ?? []);
    const used = [
      ...[...expr.matchAll(/\bby \(([\w, ]+)\)/g)].flatMap(([, list = '']) => list.split(', ')),
      ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
    ];
    expect([title, used.filter((label) => !labels.includes(label))]).toEqual([title, []]);
  }
});

test('every panel says what it shows, and none covers another', () => {
  const taken = new Set<string>();
  for (const { title, description, targets, gridPos } of panels) {
    if (targets !== undefined) expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)]);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect([title, taken.has(`${x} ${y}`), x < 24]).toEqual([title, false, true]);
        taken.add(`${x} ${y}`);
      }
    }
  }
});

testWith('promtool (Debian: apt-get install prometheus)', commandAtHand(['promtool', '--version']) !== null)(
  'its queries are PromQL that Prometheus accepts',
  () => {
    const folder = makeTemporaryFolder();
    try {
      const expressions = shown.map(({ expr }) =>
        expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '6h').replaceAll('$instance', '.*'),
      );
      const rules = expressions.map((expr, index) => ({ record: `query:${index}`, expr }));
      const file = path.join(folder.path, 'rules.yml');
      // JSON is YAML.
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
      expect([status, stdout + stderr]).toEqual([0, expect.stringContaining(`${rules.length} rules found`)]);
    } finally {
      folder.remove();
    }
  },
);
