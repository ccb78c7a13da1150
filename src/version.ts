import { readFileSync } from 'node:fs';
import { packageFolder } from './kernel/package-folder.ts';

/** Of this product, as package.json has it. */
export const { version } = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as {
  version: string;
};
