/**
 * Names of Linux's errno by number, those that relays exit with. CSS does not document its codes; small negative ones look
 * like these, so they are shown as a likeness, never as a fact.
 */
const errnoNames: Readonly<Record<number, string>> = {
  1: 'EPERM: not permitted',
  2: 'ENOENT: no such file',
  5: 'EIO: input or output failed',
  11: 'EAGAIN: try again',
  12: 'ENOMEM: out of memory',
  13: 'EACCES: access denied',
  22: 'EINVAL: invalid argument',
  32: 'EPIPE: the other end closed',
  101: 'ENETUNREACH: network unreachable',
  103: 'ECONNABORTED: connection aborted',
  104: 'ECONNRESET: connection reset by the other end',
  110: 'ETIMEDOUT: timed out',
  111: 'ECONNREFUSED: connection refused',
  113: 'EHOSTUNREACH: no route to the host',
};

/** What a negative exit code looks like; null where it looks like nothing known. */
export function errnoLikeness(exitCode: number | null): string | null {
  return exitCode === null || exitCode >= 0 ? null : (errnoNames[-exitCode] ?? null);
}
