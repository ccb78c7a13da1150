import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { observeProcess } from '../../src/observing/metrics.ts';
import { scrape, type ScrapedMetric } from '../support/metrics.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

observeProcess('1.2.3');

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

/** Parts of names that stand for units, which Prometheus wants spelled out, or scaled to base units. */
const abbreviations = /_(s|ms|us|ns|sec|b|kb|mb|gb|tb|pb|m|h|d)(_|$)/;
const scaled = /_(milli|micro|nano|kilo|mega|giga|kibi|mebi|gibi)\w*(_|$)|_(minutes|hours|days|weeks|kelvin)(_|$)/;

/** What `promtool check metrics` finds in a metric. */
function lint(name: string, { type, help, samples }: ScrapedMetric): string[] {
  const labels = Object.keys(samples).flatMap((one) =>
    [...one.matchAll(/([a-z_]\w*)="/gi)].map(([, label = '']) => label),
  );
  return Object.entries({
    'no help text': help === '',
    'counter metrics should have "_total" suffix': type === 'counter' && !name.endsWith('_total'),
    'non-counter metrics should not have "_total" suffix': type !== 'counter' && name.endsWith('_total'),
    'non-histogram and non-summary metrics should not have "_count" or "_sum" suffix':
      type !== 'histogram' && type !== 'summary' && /_(count|sum)$/.test(name),
    'non-histogram metrics should not have "_bucket" suffix': type !== 'histogram' && name.endsWith('_bucket'),
    'non-histogram metrics should not have "le" label': type !== 'histogram' && labels.includes('le'),
    'non-summary metrics should not have "quantile" label': type !== 'summary' && labels.includes('quantile'),
    'metric name should not include its type': /_(gauge|counter|summary|histogram)(_|$)/.test(name),
    'metric names should not contain ":"': name.includes(':'),
    'names should be written in snake_case': [name, ...labels].some((one) => /[a-z][A-Z]/.test(one)),
    'metric names should not contain abbreviated units': abbreviations.test(name),
    'use base units': scaled.test(name),
  }).flatMap(([finding, isFound]) => (isFound ? [`${name}: ${finding}`] : []));
}

test('the metrics follow the rules of promtool', async () => {
  const metrics = await scrape(running.app.url);
  expect(Object.keys(metrics).length).toBeGreaterThan(40);
  expect(Object.entries(metrics).flatMap(([name, metric]) => lint(name, metric))).toEqual([]);
});

const promtoolTest = testWith(
  'promtool (Debian: apt-get install prometheus)',
  commandAtHand(['promtool', '--version']) !== null,
);

promtoolTest('promtool check metrics finds nothing', async () => {
  const input = await (await fetch(`${running.app.url}/metrics`)).text();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect({ status, found: stdout + stderr }).toEqual({ status: 0, found: '' });
});
