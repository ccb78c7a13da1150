import { expect, test } from '@jest/globals';
import { isOutsideReadModels } from '../../src/callbacks/event-naming.ts';
import {
  outageCauses,
  readOutage,
  receivingOutagesStream,
  receivingOutageType,
  writeOutage,
  type ReceivingOutage,
} from '../../src/outages/receiving-outage-events.ts';
import { readGolden } from '../support/golden.ts';

const examples =
  readGolden<readonly { readonly outage: ReceivingOutage; readonly data: string }[]>('receiving-outages');

test('outages are written and read as they have ever been', () => {
  expect([receivingOutagesStream, receivingOutageType]).toEqual(['receiving-outages', 'ReceivingOutage']);
  expect(isOutsideReadModels(receivingOutagesStream)).toBe(true);
  expect(new Set(examples.map(({ outage }) => outage.cause))).toEqual(new Set(outageCauses));
  for (const { outage, data } of examples) {
    expect(writeOutage(outage).toString()).toBe(data);
    expect(readOutage(Buffer.from(data))).toEqual(outage);
  }
});

test.each([
  '',
  'null',
  '[]',
  '{"cause":"STOPPED"}',
  '{"cause":"STOPPED","from":"2026-01-01"}',
  '{"cause":"STOPPED","to":"2026-01-01"}',
  '{"cause":"LATER","from":"2026-01-01","to":"2026-01-01"}',
])('what is not ours is no outage: %s', (data) => {
  expect(readOutage(Buffer.from(data))).toBeNull();
});

test.each([1.5, '1', -0.5, null, {}])(
  'of an outage, a count of %j is unknown, and a node that is no text',
  (refused) => {
    const data = { cause: 'LOST', from: '2026-01-01', to: '2026-01-01', node: 7, refused };
    expect(readOutage(Buffer.from(JSON.stringify(data)))).toMatchObject({ node: null, refused: null });
  },
);
