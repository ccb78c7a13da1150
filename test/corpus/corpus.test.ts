import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { withoutCredentials } from '../../src/api/redact.ts';
import { callbackTypes, interpret } from '../../src/callbacks/callback.ts';
import { relayType } from '../../src/callbacks/types/relay.ts';
import { corpusPage, readableBodies } from './corpus-table.ts';

const page = new URL('README.md', import.meta.url);

describe('the corpus of bodies', () => {
  test('is read as its table says', async () => {
    const read = await corpusPage();
    if (process.env['CORPUS'] === 'write') writeFileSync(page, read);
    expect(read).toBe(readFileSync(page, 'utf8'));
  });

  test('has a body of each type, and of each event of relay tasks', () => {
    const callbacks = readableBodies.map(interpret);
    const types = new Set(callbacks.map(({ eventType }) => eventType));
    const events = new Set(callbacks.map(({ callbackEvent }) => callbackEvent));
    expect(callbackTypes.flatMap(({ eventTypes }) => eventTypes).filter((type) => !types.has(type))).toEqual([]);
    expect([...relayType.eventNames.keys()].filter((event) => !events.has(event))).toEqual([]);
  });

  test('shows viewers no credential, however deep it is escaped', () => {
    const withSecret = readableBodies.filter((body) => JSON.stringify(body).includes('secret'));
    expect(withSecret.length).toBeGreaterThan(40);
    expect(
      withSecret.map((body) => JSON.stringify(withoutCredentials(body))).filter((s) => s.includes('secret')),
    ).toEqual([]);
  });
});
