import { expect, test } from '@jest/globals';
import { alertBegan, alertEnded, alertLeaseOf, alertStreamOf } from '../../src/alerts/alert-events.ts';
import { alertKinds } from '../../src/alerts/alert-kinds.ts';
import { readAlertEvent, writeAlertEvent, type AlertEvent } from '../../src/alerts/recorded-alerts.ts';
import { forwardingStreamOf } from '../../src/forwarding/lease/lease-stream.ts';
import { isOutsideReadModels } from '../../src/callbacks/event-naming.ts';
import { readGolden } from '../support/golden.ts';

interface Golden {
  readonly stream: { readonly of: string; readonly is: string };
  readonly types: Readonly<Record<'began' | 'ended', string>>;
  readonly lease: { readonly of: string; readonly is: string };
  readonly kinds: readonly string[];
  readonly event: AlertEvent;
  readonly data: string;
}

test('what the log has of alerts never changes', () => {
  const golden = readGolden<Golden>('alerts');
  expect(alertStreamOf(golden.stream.of)).toBe(golden.stream.is);
  expect(forwardingStreamOf(alertLeaseOf(golden.lease.of))).toBe(golden.lease.is);
  expect({ began: alertBegan, ended: alertEnded }).toEqual(golden.types);
  expect(alertKinds.map(({ when }) => when)).toEqual(expect.arrayContaining([...golden.kinds]));
  expect(writeAlertEvent(golden.event).toString()).toBe(golden.data);
  expect(readAlertEvent(Buffer.from(golden.data))).toEqual(golden.event);
  expect(isOutsideReadModels(golden.stream.is)).toBe(true);
});

test('data that is not ours is no alert', () => {
  for (const data of [
    '',
    '[]',
    '{"rule":"a"}',
    '{"rule":"a","when":"NEW","at":"2018-12-18T06:49:50.123Z","alerts":[]}',
    '{"rule":7,"when":"SERVICE","at":"2018-12-18T06:49:50.123Z","alerts":[]}',
    '{"rule":"a","when":"SERVICE","at":"once","alerts":[]}',
    '{"rule":"a","when":"SERVICE","at":"2018-12-18T06:49:50.123Z","alerts":{}}',
  ]) {
    expect(readAlertEvent(Buffer.from(data))).toBeNull();
  }
});

test('of an event, alerts that can not be read are left out, and what one does not say is empty', () => {
  const beganAt = '2018-12-18T06:49:50.123Z';
  const others = [null, 5, [], { key: 'k', beganAt }, { id: 'i', beganAt }, { id: 'i', key: 'k', beganAt: 'once' }];
  const alerts = [...others, { id: 'i', key: 'k', beganAt, summary: 7, facts: [] }];
  const data = JSON.stringify({ rule: 'a', when: 'SERVICE', at: beganAt, alerts });
  expect(readAlertEvent(Buffer.from(data))?.alerts).toEqual([
    { id: 'i', key: 'k', beganAtMs: Date.parse(beganAt), summary: '', facts: {} },
  ]);
});
