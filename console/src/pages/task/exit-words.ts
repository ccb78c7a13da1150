import { t } from '../../translations/translate.ts';

/** Linux's errno by number, those that relays exit with. */
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
 * What a negative exit code looks like; null where it looks like nothing known. CSS does not document its codes: small
 * negative ones look like Linux's errno, so they are shown as a likeness, never as a fact.
 */
export function errnoLikeness(exitCode: number | null): string | null {
  const errno = -(exitCode ?? 0);
  return errno in errnos ? t(`task.errno.${errnos[errno as keyof typeof errnos]}`) : null;
}
