import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openForwardingFile } from '../../src/forwarding/forwarding-file-table.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const none = { fileName: 'forwarding.sqlite' as const, onLogChanged: () => undefined };
const pendingAt = (position: bigint) => ({ position, streamName: 's', recordedAtMs: 1, failed: null, dueAtMs: 0 });

/** A target that has read up to 20, and has 5 and 15 pending. */
function prepare(): void {
  const state = openForwardingFile(folder.path, { logId: 'log', epoch: 1, endPosition: 0n }, none);
  state.open('one');
  const pending = [pendingAt(5n), pendingAt(15n)];
  state.save('one', { readTo: 20n, isPaused: true, setAsideTotal: 0, pending, done: [], setAside: [] }, false);
  state.close();
}

test.each([
  ['the same log', { logId: 'log', epoch: 1, endPosition: 30n }, 20n, [5n, 15n], false],
  ['an older copy of it', { logId: 'log', epoch: 9, endPosition: 10n }, 10n, [5n], true],
  ['another log', { logId: 'other', epoch: 1, endPosition: 30n }, 30n, [], true],
])('on %s', (_what, log, readTo, pending, isChanged) => {
  prepare();
  let hasChanged = false;
  const state = openForwardingFile(folder.path, log, { ...none, onLogChanged: () => (hasChanged = true) });
  const target = state.open('one');
  expect([target.readTo, target.pending.map(({ position }) => position), hasChanged]).toEqual([
    readTo,
    pending,
    isChanged,
  ]);
  expect(target.isPaused).toBe(true);
  state.close();
});

test('keeps the newest 10,000 that were set aside, and lists them from the newest', () => {
  const state = openForwardingFile(folder.path, { logId: 'log', epoch: 1, endPosition: 0n }, none);
  const setAside = Array.from({ length: 10_001 }, (_, index) => ({
    position: BigInt(index),
    attempts: 1,
    firstFailedAtMs: 1,
    lastFailedAtMs: 1,
    fault: 'TIMEOUT' as const,
  }));
  state.save('one', { readTo: 0n, isPaused: false, setAsideTotal: 10_001, pending: [], done: [], setAside }, false);
  const listed = state.setAside('one', 20_000);
  expect([listed.length, listed[0]?.position, listed.at(-1)?.position]).toEqual([10_000, 10_000n, 1n]);
  state.close();
});

test('a file that can not be used is refused with what to do', () => {
  writeFileSync(path.join(folder.path, 'forwarding.sqlite'), 'no database');
  expect(() => openForwardingFile(folder.path, { logId: 'log', epoch: 1, endPosition: 0n }, none)).toThrow(
    /forwarding\.sqlite cannot be opened: .* from then on\.$/,
  );
});
