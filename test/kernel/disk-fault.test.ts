import { expect, test } from '@jest/globals';
import { adviceOnDamage, describeDiskFault } from '../../src/kernel/disk.ts';

const failed = (code: string, options?: ErrorOptions) => Object.assign(new Error('secret', options), { code });

test.each([
  ['ENOSPC', /is full, or the quota/],
  ['EDQUOT', /is full, or the quota/],
  ['SQLITE_FULL', /is full, or the quota/],
  ['EROFS', /cannot be written/],
  ['SQLITE_READONLY_DIRECTORY', /cannot be written/],
  ['SQLITE_IOERR_WRITE', /reports an error/],
  ['SQLITE_CANTOPEN', /no right to it/],
  ['EIO', /reports an error/],
])('%s is named, also as a cause, with what to do and nothing of its message', (code, expected) => {
  for (const error of [failed(code), new Error('secret', { cause: failed('OTHER', { cause: failed(code) }) })]) {
    expect(describeDiskFault(error)).toMatch(expected);
    expect(describeDiskFault(error)).not.toContain('secret');
  }
});

test('nothing is said of other errors, nor of causes in a circle', () => {
  const circular = new Error('one');
  circular.cause = circular;
  for (const error of [failed('ECONNREFUSED'), failed('SQLITE_CORRUPT'), 'text', null, circular]) {
    expect(describeDiskFault(error)).toBeNull();
  }
});

test('what to do about a damaged file is said of nothing else, and without its message', () => {
  for (const code of ['SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB']) {
    expect(adviceOnDamage(failed(code))).toMatch(/is damaged; .* restore a backup/);
    expect(adviceOnDamage(failed(code))).not.toContain('secret');
  }
  for (const error of [failed('SQLITE_FULL'), new Error('SQLITE_CORRUPT'), 'text', null]) {
    expect(adviceOnDamage(error)).toBeNull();
  }
});
