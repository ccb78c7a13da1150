import { expect, test } from '@jest/globals';
import { newEvent, readAll } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const contents: [string, Buffer][] = [
  ['nothing at all', Buffer.alloc(0)],
  ['every byte there is', everyByte],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x7d])],
  ['zero bytes', Buffer.alloc(64)],
  ['JSON with odd spacing', Buffer.from('{ "a" :\r\n\t1.0e0 ,"a":2 }  ')],
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['500 KB', Buffer.alloc(500_000, everyByte)],
];

export function contentContract(open: OpenStore): void {
  const at = storePerTest(open);

  test.each([
    ['ASCII', 'pushedStream-1300000000/test.domain.com/live/test_stream'],
    ['Korean', 'pushedStream-1/도메인.한국/방송/스트림'],
    ['Japanese', 'pushedStream-1/配信.jp/ライブ/カメラ①'],
    ['written from right to left', 'pushedStream-1/مثال/بث/קול'],
    ['emoji and combining letters', 'pushedStream-1/🎥👩🏽‍💻/e\u0301'],
    ['what other languages give a meaning', 'a-\'";--\\_%2F*?'],
    ['700 letters', `a-${'x'.repeat(700)}`],
  ])('7.1 names: kept as they are: %s', async (_name, streamName) => {
    await at.store.append(streamName, [newEvent({ type: 'Tätig 始まり' })], 'none');
    const recorded = await readAll(at.store.readStream(streamName));
    expect(recorded.map((event) => [event.streamName, event.type])).toEqual([[streamName, 'Tätig 始まり']]);
  });

  test('7.2 names: spellings that only look alike are different streams', async () => {
    await at.store.append('a-\u00e9', [newEvent()], 'none');
    expect(await readAll(at.store.readStream('a-e\u0301'))).toEqual([]);
  });

  test.each(contents)('7.3 data: %s is kept byte for byte', async (_name, data) => {
    const { position } = await at.store.append('a-1', [newEvent({ data })], 'any');
    const recorded = await at.store.readAt(position);
    expect(data.equals(recorded?.data ?? Buffer.from('missing'))).toBe(true);
  });

  test.each(contents)('7.4 data: %s is kept byte for byte over reopening', async (_name, data) => {
    const { position } = await at.store.append('a-1', [newEvent({ data })], 'any');
    const recorded = await (await at.reopen()).readAt(position);
    expect(data.equals(recorded?.data ?? Buffer.from('missing'))).toBe(true);
  });

  test('7.5 data: metadata is kept as it is', async () => {
    const metadata = Buffer.from('{"receivedAt":"2026-01-31T12:00:00.000Z","note":"받음 ✓"}');
    const { position } = await at.store.append('a-1', [newEvent({ metadata })], 'any');
    expect(metadata.equals((await at.store.readAt(position))?.metadata ?? Buffer.alloc(0))).toBe(true);
  });

  test('7.6 data: one that the caller changes after the append is answered stays as it was appended', async () => {
    const data = Buffer.from('as appended');
    const { position } = await at.store.append('a-1', [newEvent({ data })], 'any');
    data.fill(0);
    expect(Buffer.from((await at.store.readAt(position))?.data ?? []).toString()).toBe('as appended');
  });

  test('7.7 data: an event that was damaged before it is appended is damaged in this log too, and its neighbours are not', async () => {
    const events = [newEvent(), newEvent({ isDamaged: true }), newEvent()];
    for (const event of events) await at.store.append('a-1', [event], 'any');
    const recorded = await readAll((await at.reopen()).readStream('a-1'));
    expect(recorded.map(({ isDamaged }) => isDamaged)).toEqual([undefined, true, undefined]);
  });
}
