import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Condition } from '../../../src/lists/listing.ts';
import type { CallbackField } from '../../../src/callbacks/callback-fields.ts';
import { interruptionBody, pushBody, without } from '../../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import type { TestReadModel } from '../../support/read-model.ts';

/** Which callbacks are about a stream, whether they belong to a session, to a task, or to neither. */

const app = 'push.example.com';
const task = {
  task_id: '7',
  stream_id: 'a',
  to_url: `rtmp://${app}/live/a`,
  source_urls: sourceUrlsAsSent('http://x/1'),
};
const bodies: Record<string, Record<string, unknown>> = {
  push: pushBody({ sequence: 1, stream_id: 'a', app, event_time: 1_000 }),
  end: interruptionBody({ sequence: 1, stream_id: 'a', app, event_time: 1_060 }),
  pushWithoutSequence: without(pushBody({ stream_id: 'a', app, event_time: 1_000 }), 'sequence'),
  recording: { event_type: 100, appid: 1, stream_id: 'a', app: 'Push.Example.com', event_time: 1_070 },
  recordingOfAnother: { event_type: 100, appid: 1, stream_id: 'b', app, event_time: 1_070 },
  start: relayBody('TaskStart', {}, { ...task, event_time: '1000' }),
  exitWithoutTask: without(
    without(relayBody('TaskExit', { code: -22 }, { ...task, stream_id: '', event_time: '1100' }), 'task_id'),
    'to_url',
  ),
  exitOfNothing: without(relayBody('TaskExit', {}, { stream_id: 'a', event_time: '1100', appid: 9 }), 'task_id'),
  other: { event_type: 200, appid: 1 },
};
const names = Object.keys(bodies);

let ledger: Ledger;
let readModel: TestReadModel;
beforeAll(async () => {
  ledger = openLedger();
  await ledger.append(Object.values(bodies).map((body, index) => ({ body, receivedAtMs: 2_000_000 + index })));
  readModel = await ledger.projected();
});
afterAll(() => ledger.close());

const found = (condition: Condition<CallbackField>) =>
  readModel
    .read((reader) =>
      reader.callbacks(pageOf('RECEIVED_AT', { condition, order: { by: 'RECEIVED_AT', descending: false } })),
    )
    .rows.map(({ row }) => row);
const namesOf = (condition: Condition<CallbackField>) =>
  found(condition).map(({ receivedAtMs }) => names[receivedAtMs - 2_000_000]);

test.each<[CallbackField, string, string[]]>([
  ['streamId', 'a', ['push', 'end', 'pushWithoutSequence', 'recording', 'start', 'exitWithoutTask', 'exitOfNothing']],
  ['streamId', 'b', ['recordingOfAnother']],
  ['domain', app, names.filter((name) => !['exitOfNothing', 'other'].includes(name))],
  ['taskId', '7', ['start', 'exitWithoutTask']],
])('%s %s', (field, value, expected) => {
  expect(namesOf({ field, operator: 'eq', value })).toEqual(expected);
  expect(namesOf({ field, operator: 'in', values: [value] })).toEqual(expected);
  // Evaluated row by row, which must come to the same.
  expect(namesOf({ or: [{ field, operator: 'eq', value }, { or: [] }] })).toEqual(expected);
  for (const row of found({ field, operator: 'eq', value })) expect(row).toMatchObject({ [field]: value });
});

test('a callback that names no stream is found as such', () => {
  expect(namesOf({ field: 'streamId', operator: 'isNull', isNull: true })).toEqual(['other']);
});
