import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { observeForwarding } from '../../src/observing/metrics.ts';

test('asks the targets once for all metrics of a scrape, and anew for the next scrape', async () => {
  let asked = 0;
  const registry = new Registry();
  observeForwarding(registry, {
    targets: () => {
      asked += 1;
      return Promise.resolve([]);
    },
  });
  await registry.metrics();
  expect(asked).toBe(1);
  await registry.metrics();
  expect(asked).toBe(2);
});
