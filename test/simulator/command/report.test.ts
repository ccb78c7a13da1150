import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { barListener, hasSucceeded, resultOf, summaryOf } from '../../../simulator/command/report.ts';
import {
  readSimulateSettings,
  type SecretParsers,
  type SimulateSettings,
} from '../../../simulator/command/settings.ts';
import type { SimulateResult } from '../../../simulator/command/simulate.ts';
import type { Difference } from '../../../simulator/actual/differences.ts';
import { planDeliveries } from '../../../simulator/delivery/delivery-plan.ts';
import { createDeliveryLog } from '../../../simulator/delivery/delivery-report.ts';
import { scenarioOf } from '../../../simulator/scenario/scenario.ts';
import { someMomentMs } from '../../support/simulation.ts';

const secrets = { 'css-callback-keys': 'canary-key', 'css-callback-tokens': 'canary-token-of-the-url' };
const parsers: SecretParsers = {
  callbackKeys: (key) => [{ domain: null, key }],
  callbackTokens: (token) => [token],
  apiTokens: () => [],
};

function settingsOf(flags: Readonly<Record<string, string>> = {}): SimulateSettings {
  return readSimulateSettings({ sessions: '5', tasks: '2', ...secrets, ...flags }, parsers, someMomentMs);
}

function resultWith(
  settings: SimulateSettings,
  { differences = [], failed = [] }: { differences?: readonly Difference[]; failed?: readonly number[] } = {},
): SimulateResult {
  const scenario = scenarioOf({ ...settings, domains: [] });
  const log = createDeliveryLog();
  log.record('200', 3);
  log.failed.push(...failed);
  return {
    scenario,
    plan: planDeliveries(scenario, settings.habits),
    report: log.report(1_000),
    check: { expected: { sessions: 5, tasks: 2, callbacks: 30, quarantined: 0 }, differences },
  };
}

function differencesOf(count: number): Difference[] {
  return Array.from({ length: count }, (_, number) => ({ where: `session ${number}:`, expected: '1', found: '2' }));
}

describe('the summary', () => {
  test('lists 50 differences, and says how many more there are', () => {
    const settings = settingsOf();
    const lines = summaryOf(settings, resultWith(settings, { differences: differencesOf(53) })).split('\n');
    expect(lines.filter((line) => /^ {2}session \d+: expected 1, found 2$/.test(line))).toHaveLength(50);
    expect(lines).toContain('Checked: 5 sessions, 2 relay tasks, 30 callbacks, 0 in quarantine: 53 differences');
    expect(lines).toContain('  and 3 more');
  });

  test('of what failed says so, and does not say that all was sent', () => {
    const settings = settingsOf();
    const result = resultWith(settings, { failed: [1, 2] });
    expect(hasSucceeded(result)).toBe(false);
    expect(summaryOf(settings, result)).toMatch(/^Failed: 2 deliveries got no 200$/m);
    expect(summaryOf(settings, result)).not.toMatch(/^Sent/m);
  });

  test.each(["it's $HOME; `id` & more", '-1', '방송 *'])(
    'prints a command that a shell takes for the same seed: %s',
    (seed) => {
      const settings = settingsOf({ seed });
      const [, printed = ''] = /npx live-ledger simulate (.*)$/m.exec(summaryOf(settings, resultWith(settings))) ?? [];
      const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${printed}`])
        .toString()
        .split('\n');
      expect(words).toContain(`--seed=${seed}`);
      expect(words).toEqual(
        expect.arrayContaining(['--check-only', '--at', '2026-11-21T12:00:00.000Z', '--sessions', '5']),
      );
    },
  );

  test('names no secret, in words or as JSON', () => {
    const settings = settingsOf();
    const result = resultWith(settings, { differences: differencesOf(1) });
    expect(summaryOf(settings, result) + JSON.stringify(resultOf(settings, result))).not.toContain('canary');
  });
});

describe('the bar', () => {
  test('is one line that is written over, ended also where the rest was given up', () => {
    let text = '';
    const bar = barListener((written) => (text += written));
    bar.onDelivered(10, 20);
    bar.onDelivered(11, 20);
    bar.onSent();
    bar.onChecking();
    expect(text).toBe(
      '\rsimulate: [###############...............] 50 %, 10 of 20 deliveries\nsimulate: checking what the service shows\n',
    );
  });
});
