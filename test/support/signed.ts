import { createHash } from 'node:crypto';

/** A body as CSS signs it: `sign` is the MD5 of the key followed by `t`; independent of the implementation in src. */
export function signed<Body extends object>(body: Body, key: string, t: number): Body & { t: number; sign: string } {
  return { ...body, t, sign: createHash('md5').update(`${key}${t}`).digest('hex') };
}
