import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { readLastEnd } from '../../../src/node/outages.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

test('the last end is the stop that is known, otherwise the newest event that no start appends by itself', async () => {
  const folder = makeTemporaryFolder();
  const end = () => readLastEnd(folder.path, [folder.path]);
  expect(end()).toBeNull();
  let nowMs = 1_000;
  const store = openPatientEventStore(folder.path, () => nowMs);
  const append = (streamName: string) => {
    nowMs += 1_000;
    const [data, metadata] = [Buffer.from('{}'), Buffer.from('{}')];
    return store.append(streamName, [{ eventId: randomUUID(), type: 'Any', data, metadata }], 'any');
  };
  expect(end()).toBeNull();
  await append('quarantine-rejected');
  for (let alerts = 0; alerts < 200; alerts += 1) await append('alert-faults');
  expect(end()).toEqual({ cause: 'LOST', atMs: 2_000 });
  // Positions with gaps, as in a copy.
  await append('account-1');
  for (let count = 0; count < 200; count += 1) await append('quarantine-rejected');
  await store.truncateStream('quarantine-rejected', 201n);
  expect(end()).toEqual({ cause: 'LOST', atMs: 203_000 });
  // Appended by a command, while nothing takes callbacks.
  await append('retention');
  expect(end()).toEqual({ cause: 'LOST', atMs: 203_000 });
  expect(readLastEnd(folder.path, [])).toBeNull();

  // Whatever was recorded since: by another node, or by alerts while it stopped.
  const file = path.join(folder.path, 'stopped.json');
  writeFileSync(file, '{"stoppedAt":"1970-01-01T00:00:03Z"}');
  expect([end(), readLastEnd(folder.path, [])]).toEqual(Array(2).fill({ cause: 'STOPPED', atMs: 3_000 }));
  rmSync(file);
  await store.close();
  folder.remove();
});
