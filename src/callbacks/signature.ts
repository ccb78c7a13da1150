import { hash } from 'node:crypto';

/** Seconds from the time at which CSS sends a callback to its `t` (seed 002). */
export const signatureLeadSeconds = 600;

/** `sign` as CSS computes it: lower-case hex MD5 of the key followed by the decimal `t` (seed 002). */
export function signatureOf(key: string, t: number): string {
  return hash('md5', `${key}${t}`);
}
