import { t } from '../../translations/translate.ts';

/** Linux's errno by number: those with which relays exit. */
const errnos = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  22: 'EINVAL',
  32: 'EPIPE',
  101: 'ENETUNREACH',
  103: 'ECONNABORTED',
  104: 'ECONNRESET',
  110: 'ETIMEDOUT',
  111: 'ECONNREFUSED',
  113: 'EHOSTUNREACH',
} as const;

/**
 * The errno that a negative exit code resembles; null if it resembles none. CSS does not document its codes, and small
 * negative ones look like Linux's errno, so the page shows a likeness, never a fact.
 */
export function errnoLikeness(exitCode: number | null): string | null {
  const errno = -(exitCode ?? 0);
  return errno in errnos ? t(`task.errno.${errnos[errno as keyof typeof errnos]}`) : null;
}

/** The exit codes that look like an errno, by its name. */
export const errnoCodes: ReadonlyMap<string, number> = new Map(
  Object.entries(errnos).map(([errno, name]) => [name, -Number(errno)]),
);
