import { fileURLToPath } from 'node:url';

/** This module is one folder further down once it is built: `dist/src/wiring/`. */
const root = import.meta.url.endsWith('.ts') ? '../../' : '../../../';

/** Where the build of the console is, if it was built. */
export const consoleFolder = fileURLToPath(new URL(`${root}dist/console/`, import.meta.url));
