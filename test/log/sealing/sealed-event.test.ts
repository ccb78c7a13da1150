import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../../../src/log/event-store.ts';
import { PersonalKeyMissing, openEventsWith } from '../../../src/log/sealing/key-files.ts';
import { deriveKey, keyNameOf, openWith, sealEvent, subjectDigest } from '../../../src/log/sealing/sealed-event.ts';
import { decodeEvent, encodeEvent } from '../../../src/log/eventstoredb/event-codec.ts';
import { createStreamNames } from '../../../src/log/eventstoredb/settings.ts';

const event = {
  eventId: randomUUID(),
  type: 'CssPush',
  data: Buffer.from('{"user_ip":"203.0.113.7","app":"a"}'),
  metadata: Buffer.from('{"remoteAddress":"10.0.0.1","signature":"VALID"}'),
};
const parts = { data: [{ start: 11, end: 24, isValue: true }], metadata: [{ start: 17, end: 27, isValue: true }] };
const name = { masterId: '20260131-00112233445566ff', subject: subjectDigest('one') };
const key = deriveKey(Buffer.alloc(32, 7), name.subject);
const sealed = sealEvent(event, parts, name, key);

const recorded = (from: object): RecordedEvent => ({
  streamName: 'pushedStream-1',
  revision: 0n,
  position: 1n,
  recordedAtMs: 0,
  ...sealed,
  ...from,
});

test('what is stored has everything but the personal values, and says with which key they are sealed', () => {
  expect(sealed.data.toString()).toBe('{"user_ip":null,"app":"a"}');
  expect(JSON.parse(sealed.metadata.toString())).toEqual({
    sealed: expect.stringMatching(/^1\.20260131-00112233445566ff\./),
    remoteAddress: null,
    signature: 'VALID',
  });
  expect(keyNameOf(sealed)).toEqual(name);
  expect(keyNameOf(event)).toBeNull();
});

test('the key gives back every byte', () => {
  const opened = openWith(() => key)(recorded({}));
  expect(opened).toMatchObject(event);
  expect(opened.storedAs?.data).toEqual(sealed.data);
});

test('metadata without a member and an event without cuts are sealed as well', () => {
  const bare = { ...event, metadata: Buffer.from('{}') };
  const stored = sealEvent(bare, { data: parts.data, metadata: [] }, name, key);
  expect(JSON.parse(stored.metadata.toString())).toHaveProperty('sealed');
  expect(openWith(() => key)(recorded(stored))).toMatchObject(bare);
});

test('an erased key leaves null, and says so', () => {
  const opened = openWith(() => 'ERASED')(recorded({}));
  expect(Buffer.from(opened.data).toString()).toBe('{"user_ip":null,"app":"a"}');
  expect(JSON.parse(Buffer.from(opened.metadata).toString())).toEqual({
    erased: true,
    remoteAddress: null,
    signature: 'VALID',
  });
});

test('another key, another event, and a changed ciphertext are damage', () => {
  const isDamaged = (found: Uint8Array, stored: object) => openWith(() => found)(recorded(stored)).isDamaged;
  expect(isDamaged(deriveKey(Buffer.alloc(32, 7), subjectDigest('other')), {})).toBe(true);
  expect(isDamaged(key, { eventId: randomUUID() })).toBe(true);
  const text = sealed.metadata.toString();
  expect(isDamaged(key, { metadata: Buffer.from(text.replace('sealed":"1.2026', 'sealed":"1.2027')) })).toBe(true);
  expect(isDamaged(key, {})).toBeUndefined();
});

test('without a folder of keys, a sealed event can not be read', () => {
  expect(() => openEventsWith(null)(recorded({}))).toThrow(PersonalKeyMissing);
  expect(openEventsWith(null)(recorded(event))).toMatchObject(event);
});

test('EventStoreDB keeps a sealed event byte for byte', () => {
  const { id, type, data, metadata } = encodeEvent(sealed);
  const names = createStreamNames('live_ledger');
  const onServer = {
    id,
    type,
    isJson: true,
    revision: 0n,
    created: new Date(0),
    streamId: names.toServer('pushedStream-1'),
    data,
    metadata,
  };
  const read = decodeEvent(onServer as never, 1n, names);
  expect(read.isDamaged).toBeUndefined();
  expect(openWith(() => key)(read)).toMatchObject(event);
});
