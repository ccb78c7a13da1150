import { expect, test } from '@jest/globals';
import { unreadableReasons } from '../../src/callbacks/json-object.ts';
import { quarantineChecks, explain } from '../../src/quarantine/quarantine.ts';

test('every check has advice of its own, in sentences', () => {
  const advice = quarantineChecks.map((check) => explain({ check, field: 'sign' }).advice);
  expect(new Set(advice).size).toBe(quarantineChecks.length);
  for (const text of advice) expect(text).toMatch(/^[A-Z].*\.$/);
});

test('every check has a summary of its own, in sentences', () => {
  const summaries = quarantineChecks.map((check) => explain({ check, field: 'sign' }).summary);
  expect(new Set(summaries).size).toBe(quarantineChecks.length);
  for (const text of summaries) expect(text).toMatch(/^[A-Z].*\.$/);
});

test('says how far a clock was off, and on which side', () => {
  expect(explain({ check: 'CLOCK', field: 't', secondsOff: -4_000 }).summary).toContain('4000 seconds behind');
  expect(explain({ check: 'CLOCK', field: 't', secondsOff: 901 }).summary).toContain('901 seconds ahead of');
});

test('says which of sign and t is missing, and what is wrong with a body', () => {
  expect(explain({ check: 'SIGN_PRESENT', field: 'sign' }).summary).toContain('no sign');
  expect(explain({ check: 'SIGN_PRESENT', field: 't' }).summary).toContain('its t is not');
  const summaries = unreadableReasons.map(
    (unreadable) => explain({ check: 'JSON', field: 'body', unreadable }).summary,
  );
  expect(new Set(summaries).size).toBe(unreadableReasons.length);
});
