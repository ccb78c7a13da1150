import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}docs/threats.md`, 'utf8');

/** `path/of.test.ts`: “title”, with or without the folder of all tests; of a suite that several files run, the suite's. */
const claims = [...page.matchAll(/`(?:test\/)?([\w/.-]+(?:\.test|-suite)\.ts)`(?:: “([^”]+)”)?/g)].flatMap(
  ([, file, title]) => (file?.includes('/') === true ? [[`test/${file}`, title ?? ''] as const] : []),
);

test('every test that the page of threats names exists, with its title', () => {
  expect(claims.length).toBeGreaterThan(20);
  const missing = claims.filter(([file, title]) => {
    return (
      !existsSync(root + file) ||
      !readFileSync(root + file, 'utf8')
        .replaceAll("\\'", "'")
        .includes(title)
    );
  });
  expect(missing).toEqual([]);
});
