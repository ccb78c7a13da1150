import { readFileSync } from 'node:fs';

/** One folder further down once it is built: `dist/src/`. */
const packageFile = import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json';

/** Of this product, as package.json has it. */
export const { version } = JSON.parse(readFileSync(new URL(packageFile, import.meta.url), 'utf8')) as {
  version: string;
};
