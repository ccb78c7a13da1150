import { nobody, type Author } from '../../src/log/author.ts';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readArrival, writeArrival } from '../../src/callbacks/arrival.ts';
import { readDiscard, readTruncation, writeDiscard, writeTruncation } from '../../src/quarantine/quarantine-events.ts';
import {
  discardedType,
  quarantineDecisionsStream,
  quarantinedType,
  quarantineReasonOf,
  quarantineReasons,
  quarantineStreamOf,
  releasedEventId,
  truncatedType,
  senderOf,
  unknownSender,
} from '../../src/quarantine/quarantine.ts';
import { readGolden } from '../support/golden.ts';

interface Golden {
  readonly streams: Readonly<Record<string, string>>;
  readonly streamsOfSenders: Readonly<Record<string, string>>;
  readonly senders: Readonly<Record<string, string>>;
  readonly decisionsStream: string;
  readonly types: Readonly<Record<string, string>>;
  readonly discard: string;
  readonly truncation: string;
  readonly truncationOfStream: string;
  readonly released: {
    position: string;
    eventId: string;
    atMs: number;
    metadata: string;
    author: Author;
    metadataWithAuthor: string;
    reason: string;
    metadataWithReason: string;
  };
  readonly releasedEventId: { of: string; is: string };
}

const golden = readGolden<Golden>('quarantine');
const event = { position: BigInt(golden.released.position), eventId: golden.released.eventId };

describe('what the log has of quarantine never changes', () => {
  test('streams and types', () => {
    expect(Object.fromEntries(quarantineReasons.map((reason) => [reason, quarantineStreamOf(reason)]))).toEqual(
      golden.streams,
    );
    const sender = senderOf('192.0.2.7');
    const ofSender = quarantineReasons.map((reason) => [reason, quarantineStreamOf(reason, sender)]);
    expect(Object.fromEntries(ofSender)).toEqual(golden.streamsOfSenders);
    for (const [address, word] of Object.entries(golden.senders)) expect(senderOf(address)).toBe(word);
    expect(quarantineDecisionsStream).toBe(golden.decisionsStream);
    expect({ quarantined: quarantinedType, discarded: discardedType, truncated: truncatedType }).toEqual(golden.types);
  });

  test('decisions', () => {
    expect(writeDiscard(event).toString()).toBe(golden.discard);
    expect(readDiscard(Buffer.from(golden.discard))).toEqual(event);
    const truncation = { reason: 'FORGED', beforePosition: event.position } as const;
    expect(writeTruncation(truncation).toString()).toBe(golden.truncation);
    expect(readTruncation(Buffer.from(golden.truncation))).toEqual(truncation);
    const ofStream = { ...truncation, stream: quarantineStreamOf('FORGED', senderOf('192.0.2.7')) };
    expect(writeTruncation(ofStream).toString()).toBe(golden.truncationOfStream);
    expect(readTruncation(Buffer.from(golden.truncationOfStream))).toEqual(ofStream);
  });

  test('a released arrival', () => {
    const authors = [
      [nobody, null, golden.released.metadata],
      [golden.released.author, null, golden.released.metadataWithAuthor],
      [golden.released.author, golden.released.reason, golden.released.metadataWithReason],
    ] as const;
    for (const [author, reason, metadata] of authors) {
      const released = { ...event, atMs: golden.released.atMs, author, reason };
      const arrival = { receivedAtMs: 1_545_115_790_000, signature: 'UNSIGNED', remoteAddress: '', released } as const;
      expect(writeArrival(arrival).toString()).toBe(metadata);
      expect(readArrival(Buffer.from(metadata))).toEqual(arrival);
    }
  });

  test('the id of a released arrival, which is a UUID', () => {
    expect(releasedEventId(golden.releasedEventId.of)).toBe(golden.releasedEventId.is);
    expect(golden.releasedEventId.is).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

test('a stream has the reason it is named after, and every other stream none', () => {
  for (const reason of quarantineReasons) expect(quarantineReasonOf(quarantineStreamOf(reason))).toBe(reason);
  for (const sender of [senderOf('192.0.2.7'), unknownSender]) {
    for (const reason of quarantineReasons) expect(quarantineReasonOf(quarantineStreamOf(reason, sender))).toBe(reason);
  }
  const others = [
    'quarantine-forged-',
    'quarantine-forged-later',
    'quarantine-forgedunknown',
    'quarantine-forged-192.0.2.7',
  ];
  for (const name of [...others, 'quarantine-decisions', 'quarantine-', 'quarantine-later', 'account-1', 'FORGED']) {
    expect(quarantineReasonOf(name)).toBeNull();
  }
});

describe('decisions of others', () => {
  test.each([
    '',
    'no JSON',
    '[]',
    'null',
    '{}',
    '{"position":1,"eventId":"x"}',
    '{"position":"-1","eventId":"x"}',
    '{"position":"1"}',
    '{"reason":"OTHER","beforePosition":"1"}',
    '{"reason":"FORGED","beforePosition":1}',
    '{"reason":"FORGED","beforePosition":"1","stream":"quarantine-unproven"}',
    '{"reason":"FORGED","beforePosition":"1","stream":null}',
  ])('are none: %j', (data) => {
    expect(readDiscard(Buffer.from(data))).toBeNull();
    expect(readTruncation(Buffer.from(data))).toBeNull();
  });

  test('property: no bytes make the readers throw', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anyBytes, (data) => {
        expect([readDiscard(data), readTruncation(data)]).toEqual([null, null]);
      }),
    );
  });
});

describe('of a quarantined arrival', () => {
  const read = (quarantine: unknown) =>
    readArrival(Buffer.from(JSON.stringify({ receivedAt: '2018-12-18T06:49:50.000Z', signature: 'TOKEN', quarantine })))
      ?.quarantine;
  const known = { reason: 'UNREADABLE', check: 'JSON', field: 'body' };

  test('what this version does not know is left out', () => {
    const shown = read({ ...known, later: 1, unreadable: 'LATER', secondsOff: 0.5 });
    expect(Object.entries(shown ?? {})).toEqual(Object.entries(known));
    const others = ['reason', 'check', 'field'].map((name) => ({ ...known, [name]: 'toString' }));
    for (const other of [null, 5, {}, ...others]) expect(read(other)).toBeUndefined();
  });

  test('the field, why the body could not be read, and how far the clock was off are read as they were written', () => {
    const details = [{ field: 't', secondsOff: -4_000 }, { secondsOff: 0 }, { unreadable: 'EMPTY' }];
    for (const detail of details) expect(read({ ...known, ...detail })).toEqual({ ...known, ...detail });
  });
});

test.each([
  ['position', { eventId: 'x', at: '2018-12-18T06:49:50.000Z' }],
  ['time', { position: '1', eventId: 'x' }],
])('an arrival that says without a %s what it was released from was not released', (_missing, released) => {
  const metadata = { receivedAt: '2018-12-18T06:49:50.000Z', signature: 'TOKEN', released };
  expect(readArrival(Buffer.from(JSON.stringify(metadata)))?.released).toBeUndefined();
});
