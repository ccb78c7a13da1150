import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unchangingPart, type Condition } from '../../src/lists/listing.ts';
import { changingFields } from '../../src/lists/list-fields.ts';
import { streamSessionFields, type StreamSessionField } from '../../src/sessions/stream-session-fields.ts';
import { matches, type FieldValues } from '../support/list-oracle.ts';

const changing = changingFields(streamSessionFields);
const domain = { field: 'domain', operator: 'eq', value: 'a' } as const;
const live = { field: 'state', operator: 'eq', value: 'LIVE' } as const;
type SessionCondition = Condition<StreamSessionField>;

test.each<[string, SessionCondition, SessionCondition]>([
  ['of `and`, the parts that never change', { and: [domain, live] }, { and: [domain, { and: [] }] }],
  ['of either, nothing: any row may come to match', { or: [domain, live] }, { or: [domain, { and: [] }] }],
  ['what must not be and may change is no reason to leave a row out', { not: live }, { not: { or: [] } }],
  ['what must not be and never changes is', { not: domain }, { not: domain }],
])('%s', (_name, condition, part) => {
  expect(unchangingPart(condition, changing)).toEqual(part);
});

const values = fc.constantFrom('a', 'b', 'LIVE', 'ENDED');
const field = fc.constantFrom<StreamSessionField>('domain', 'appId', 'state', 'endSide');
const leaf = fc
  .record({ field, operator: fc.constantFrom('eq' as const, 'ne' as const), value: values })
  .map((one): SessionCondition => one);
const { condition } = fc.letrec<{ condition: SessionCondition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('condition'), { maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('condition'), { maxLength: 3 }).map((or) => ({ or })),
    tie('condition').map((not) => ({ not })),
  ),
}));
const nothing = {
  sequence: '',
  path: '',
  streamId: '',
  userIp: '',
  accessPoint: '',
  userIpKey: '',
  accessPointKey: '',
  startedAt: 0,
  startedAtSource: 'UNKNOWN',
  endedAt: 0,
  closedAt: 0,
  pushDurationMs: 0,
  endCode: 0,
  width: 0,
  height: 0,
  region: '',
  idcId: 0,
  relayTaskId: '',
  lastReceivedAt: 0,
  lastHeardAt: 0,
  stoppedAt: 0,
  incident: 0,
  missingIn: 0,
};
const row = fc
  .record({ domain: values, appId: values, state: values, endSide: values })
  .map((some): FieldValues<StreamSessionField> => ({ ...nothing, ...some }));

describe('property: the unchanging part', () => {
  test('is met by whatever matches now', () => {
    fc.assert(
      fc.property(condition, row, (asked, fields) => {
        fc.pre(matches(fields, asked));
        expect(matches(fields, unchangingPart(asked, changing))).toBe(true);
      }),
    );
  });

  test('is the same whatever state a row is in', () => {
    fc.assert(
      fc.property(condition, row, values, values, (asked, fields, state, endSide) => {
        const part = unchangingPart(asked, changing);
        expect(matches({ ...fields, state, endSide }, part)).toBe(matches(fields, part));
      }),
    );
  });
});
