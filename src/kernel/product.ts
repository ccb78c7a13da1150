import { readFileSync } from 'node:fs';

/** The folder of package.json. Builds are as deep in it as this module: `dist/src/`, `dist/threads/` and `dist/chunks/`. */
export const packageFolder = new URL('../../', import.meta.url);

/** The product's version from package.json. */
export const { version } = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as {
  version: string;
};
