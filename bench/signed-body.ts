import { signatureLeadSeconds, signatureOf } from '../src/callbacks/arrival.ts';

/** A callback's body with `t` and `sign` as CSS would send them now with this key. */
export function signBody(body: string, key: string, nowMs = Date.now()): string {
  const t = Math.floor(nowMs / 1_000) + signatureLeadSeconds;
  return body.replace(/"t":"?\d+"?/, `"t":${t}`).replace(/"sign":"\w+"/, `"sign":"${signatureOf(key, t)}"`);
}
