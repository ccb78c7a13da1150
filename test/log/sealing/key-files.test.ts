import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  closeMaster,
  createMaster,
  destroyReplaced,
  listKeys,
  PersonalKeyMissing,
  readKeys,
  replaceBySubjects,
} from '../../../src/log/sealing/key-files.ts';
import { SealingKeys } from '../../../src/log/sealing/sealing-keys.ts';
import { requestClosing } from '../../../src/log/sealing/key-files.ts';
import { silentLogger } from '../../../src/kernel/logger.ts';
import { askUntil } from '../../support/ask-until.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const noon = Date.UTC(2026, 0, 31, 12);
const names = () => readdirSync(folder.path).sort();

test('a master key is open, then closed, then replaced by the keys of subjects; nothing of it is left', async () => {
  const { masterId, master } = await createMaster(folder.path, 'node', noon);
  expect(masterId).toMatch(/^20260131-[0-9a-f]{16}$/);
  expect(readKeys(folder.path, masterId)).toMatchObject({ kind: 'master', ending: 'open', owner: 'node', master });
  await closeMaster(folder.path, masterId);
  expect(readKeys(folder.path, masterId)).toMatchObject({ ending: 'master', master });
  await replaceBySubjects(folder.path, masterId, { kept: { a: 'one', b: 'two' }, erased: ['c'] });
  expect(readKeys(folder.path, masterId)).toEqual({ kind: 'subjects', kept: { a: 'one', b: 'two' }, erased: ['c'] });
  await replaceBySubjects(folder.path, masterId, { kept: { a: 'one' }, erased: ['c', 'b'] });
  expect(readKeys(folder.path, masterId)).toMatchObject({ kept: { a: 'one' } });
  expect(names()).toEqual([`${masterId}.keys`]);
  expect([...(await listKeys(folder.path))]).toEqual([[masterId, 'keys']]);
});

test('a key in no file is missing, and so is one that can not be read: neither is erased', async () => {
  expect(() => readKeys(folder.path, '20260131-0000000000000000')).toThrow(PersonalKeyMissing);
  expect(() => readKeys(folder.path, '../../etc/passwd')).toThrow(PersonalKeyMissing);
  const { masterId } = await createMaster(folder.path, 'node', noon);
  writeFileSync(path.join(folder.path, `${masterId}.open`), '{"mas');
  expect(() => readKeys(folder.path, masterId)).toThrow(/can not be read/);
});

test('after a crash at any step of a replacement, the next one destroys the master key and keeps the others', async () => {
  const { masterId } = await createMaster(folder.path, 'node', noon);
  await closeMaster(folder.path, masterId);
  const file = (ending: string) => path.join(folder.path, `${masterId}.${ending}`);
  // Before the rename.
  writeFileSync(file('keys.new'), '{"kept":');
  await destroyReplaced(folder.path);
  expect(names()).toEqual([`${masterId}.master`]);
  // After the rename.
  writeFileSync(file('keys'), JSON.stringify({ kept: { a: 'one' }, erased: [] }));
  await destroyReplaced(folder.path);
  expect(names()).toEqual([`${masterId}.keys`]);
  // In the second replacement, after its link.
  linkSync(file('keys'), file('keys.old'));
  await destroyReplaced(folder.path);
  expect(names()).toEqual([`${masterId}.keys`]);
  expect(readFileSync(file('keys'), 'utf8')).toContain('one');
});

test('a process changes to a new key by request and at midnight, and closes the one before once nothing is on its way', async () => {
  let nowMs = noon;
  let isDrained = false;
  const open = () =>
    SealingKeys.open({
      folder: folder.path,
      owner: 'node',
      clock: () => nowMs,
      logger: silentLogger,
      isDrained: () => isDrained,
    });
  const keys = await open();
  const ending = (masterId: string) =>
    ['open', 'master'].find((one) => existsSync(path.join(folder.path, `${masterId}.${one}`)));
  const masterOf = (taken: ReturnType<typeof keys.take>) => taken.of('one').name.masterId;
  const first = keys.take();
  const used = masterOf(first);
  await requestClosing(folder.path, used);
  const next = await askUntil(
    () => {
      const taken = keys.take();
      taken.ended(false);
      return Promise.resolve(masterOf(taken));
    },
    (masterId) => masterId !== used,
  );
  expect(ending(used)).toBe('open');
  first.ended(false);
  expect(ending(used)).toBe('open');
  isDrained = true;
  await askUntil(
    () => Promise.resolve(ending(used)),
    (found) => found === 'master',
  );

  nowMs = Date.UTC(2026, 0, 31, 23, 30);
  await askUntil(
    () => listKeys(folder.path),
    (found) => [...found.keys()].some((one) => one.startsWith('20260201-')),
  );
  expect(masterOf(keys.take())).toBe(next);
  nowMs = Date.UTC(2026, 1, 1);
  const taken = await askUntil(
    () => Promise.resolve(masterOf(keys.take())),
    (masterId) => masterId !== next,
  );
  expect(taken).toMatch(/^20260201-/);
  await keys.close();

  // The next process closes what this one left open.
  const left = [...(await listKeys(folder.path))].filter(([, one]) => one === 'open').length;
  expect(left).toBeGreaterThan(0);
  const successor = await open();
  expect([...(await listKeys(folder.path)).values()].filter((one) => one === 'open')).toHaveLength(1);
  await successor.close();
});
