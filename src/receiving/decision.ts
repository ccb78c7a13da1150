import type { Signature } from '../domain/callback/arrival.ts';
import { interpret, type Callback } from '../domain/callback/callback.ts';
import { parseJsonObject, type UnreadableReason } from '../domain/callback/json-object.ts';
import type { Diagnosis, QuarantineReason } from '../domain/quarantine/quarantine.ts';
import { judgeAuthenticity, type AuthenticitySettings } from './authenticity.ts';

/** What becomes of a callback, before anything is stored. */
export type Decision =
  | { readonly kind: 'RECORD'; readonly signature: Signature; readonly callback: Callback }
  | {
      readonly kind: 'QUARANTINE';
      readonly reason: QuarantineReason;
      readonly signature: Signature;
      readonly diagnosis: Diagnosis;
    }
  | { readonly kind: 'REFUSE'; readonly unreadable: UnreadableReason };

/**
 * Decides on one callback: authentic ones are recorded, others go to quarantine. Refused is only what neither is a callback
 * nor came with a token: there is nothing in it that could be proved later.
 */
export function decide(
  settings: AuthenticitySettings,
  { body, token }: { readonly body: Uint8Array; readonly token: string | null },
  nowMs: number,
): Decision {
  const parsed = parseJsonObject(body);
  const { signature, diagnosis } = judgeAuthenticity(
    settings,
    { body: parsed.ok ? parsed.object : null, token },
    nowMs,
  );
  if (!parsed.ok) {
    const { reason: unreadable } = parsed;
    if (signature !== 'TOKEN') return { kind: 'REFUSE', unreadable };
    return {
      kind: 'QUARANTINE',
      reason: 'UNREADABLE',
      signature,
      diagnosis: { check: 'JSON', field: 'body', unreadable },
    };
  }
  if (diagnosis === null) return { kind: 'RECORD', signature, callback: interpret(parsed.object) };
  return { kind: 'QUARANTINE', reason: reasonOf(signature), signature, diagnosis };
}

function reasonOf(signature: Signature): QuarantineReason {
  if (signature === 'EXPIRED') return 'EXPIRED';
  return signature === 'UNSIGNED' ? 'UNPROVEN' : 'FORGED';
}
