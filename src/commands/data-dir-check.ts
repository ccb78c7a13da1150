import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

/** Why the log can't stand in this folder, or it can't be made; null where nothing speaks against it. Changes nothing. */
export function describeUnusableDataDir(dataDir: string): string | null {
  let nearest = dataDir;
  while (!existsSync(nearest) && nearest !== path.dirname(nearest)) nearest = path.dirname(nearest);
  const which = nearest === dataDir ? 'it' : `${nearest}, in which it would be made,`;
  if (!statSync(nearest).isDirectory()) return `${which} is no folder`;
  try {
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `${which} may not be read and written by this user`;
  }
}
