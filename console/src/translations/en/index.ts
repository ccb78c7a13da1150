import { health } from './health.ts';
import { setUp } from './set-up.ts';
import { shell } from './shell.ts';

/** English: every text of the console. The other languages may leave some out. */
export const en = { ...shell, ...health, ...setUp } as const;
