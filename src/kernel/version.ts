import { readFileSync } from 'node:fs';
import { packageFolder } from './package-folder.ts';

/** The product's version from package.json. */
export const { version } = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as {
  version: string;
};
