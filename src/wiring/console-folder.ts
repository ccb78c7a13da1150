import { fileURLToPath } from 'node:url';
import { packageFolder } from '../kernel/package-folder.ts';

/** Where the build of the console is, if it was built. */
export const consoleFolder = fileURLToPath(new URL('dist/console/', packageFolder));
