import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ErasureCriteria } from './find-subjects.ts';

/** Milliseconds for which a plan may be carried out: time to read what it would do, and to ask a colleague. */
export const planMsMax = 10 * 60_000;

/** What a client was shown, and may ask for. */
export interface ShownPlan {
  readonly criteria: ErasureCriteria;
  /** The name of who asked. */
  readonly by: string | null;
  readonly expiresAtMs: number;
}

/** A plan as a text that only holders of the secret can make, so that every node of a log takes it. */
export function writePlan(plan: ShownPlan, secret: string): string {
  const content = Buffer.from(JSON.stringify(plan)).toString('base64url');
  return `${content}.${signatureOf(content, secret).toString('base64url')}`;
}

/** Null: it is not one of ours, or somebody else's, or too old. */
export function readPlan(
  text: string,
  secret: string,
  now: Pick<ShownPlan, 'by'> & { readonly nowMs: number },
): ShownPlan | null {
  const [content = '', signature = ''] = text.split('.');
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(content, secret);
  if (given.byteLength !== right.byteLength || !timingSafeEqual(given, right)) return null;
  const plan = JSON.parse(Buffer.from(content, 'base64url').toString()) as ShownPlan;
  return plan.by === now.by && plan.expiresAtMs > now.nowMs ? plan : null;
}

function signatureOf(content: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`erasure plan ${content}`).digest();
}
