import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../src/callbacks/callback.ts';
import { isOutsideReadModels, nameEvent } from '../../src/callbacks/event-naming.ts';
import type { JsonObject } from '../../src/callbacks/json-object.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { readGolden } from '../support/golden.ts';
import { anyJsonObject } from '../support/json-arbitraries.ts';

interface NamedBody {
  readonly what: string;
  readonly body: JsonObject;
  readonly streamName: string;
  readonly eventType: string;
}

const nameOf = (body: JsonObject) => nameEvent(interpret(body));

describe('where a callback is appended, and as what', () => {
  test.each(readGolden<NamedBody[]>('event-naming'))('is for ever: $what', ({ body, streamName, eventType }) => {
    expect(nameOf(body)).toEqual({ streamName, eventType });
  });

  const anyCallback = fc
    .tuple(anyJsonObject, fc.constantFrom(0, 1, 314, 332, null))
    .map(([object, event_type]) => ({ ...object, event_type }));
  const anyPush = fc
    .tuple(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }))
    .map(([stream_id, app, appname]) => pushBody({ stream_id, app, appname }));

  test('property: a name is printable, well-formed, bounded, and never one of the ledger’s own', () => {
    fc.assert(
      fc.property(fc.oneof(anyCallback, anyPush), (body) => {
        const { streamName, eventType } = nameOf(body);
        expect(streamName).toMatch(/^(account|pushedStream|relayTask)-/);
        // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(streamName).not.toMatch(/[\u0000-\u0020\u007f]/);
        expect(streamName.isWellFormed()).toBe(true);
        expect(streamName.length).toBeLessThanOrEqual(600);
        expect(eventType).toMatch(/^Css\w+$/);
        expect(isOutsideReadModels(streamName)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('property: streams of different names are different streams, however their parts are written', () => {
    const part = fc
      .array(fc.constantFrom('a', '/', '%', '2F', ' ', '-', '~'), { minLength: 1, maxLength: 4 })
      .map((characters) => characters.join(''));
    const names = fc.record({ app: part, appname: part, stream_id: part.filter((name) => name.trim() !== '') });
    const trimmed = (name: string) => name.trim();
    fc.assert(
      fc.property(names, names, (one, other) => {
        const same = Object.values(one).map(trimmed).join('|') === Object.values(other).map(trimmed).join('|');
        expect(nameOf(pushBody(one)).streamName === nameOf(pushBody(other)).streamName).toBe(same);
      }),
      { numRuns: 500 },
    );
  });
});

describe('outside the read models', () => {
  test.each([
    ['ledger', true],
    ['quarantine-unreadable', true],
    ['quarantine-forged', true],
    ['alert-push-faults', true],
    ['receiving-outages', true],
    ['retention', true],
    ['operator-facts', true],
    ['operator-facts-1', true],
    ['operator-answers-1', true],
    ['quarantine', false],
    ['ledger-1', false],
    ['account-quarantine', false],
    ['pushedStream-1/ledger/a/b', false],
  ])('%s: %p', (streamName, outside) => {
    expect(isOutsideReadModels(streamName)).toBe(outside);
  });
});
