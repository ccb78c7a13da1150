import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const own = 'test/eventstoredb-stand-in';

/** Paths, from the root, of what a folder's files import by a relative path. */
function importsOf(folder: string): { readonly file: string; readonly target: string }[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file))
    .flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/from '(\.[^']*)'/g)].map(([, target = '']) => ({
        file,
        target: path.join(path.dirname(file), target),
      })),
    );
}

test('imports nothing from outside its folder', () => {
  expect(importsOf(own).filter(({ target }) => !target.startsWith(`${own}/`))).toEqual([]);
});

test('is imported by its entry only', () => {
  const others = ['src', 'simulator', 'test', 'bench'].flatMap(importsOf).filter(({ file }) => !file.startsWith(own));
  const targets = others.map(({ target }) => target).filter((target) => target.startsWith(own));
  expect(new Set(targets)).toEqual(new Set([`${own}/server/stand-in.ts`]));
});
