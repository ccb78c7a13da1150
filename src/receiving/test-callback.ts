import { signatureLeadSeconds, signatureOf } from '../domain/callback/signature.ts';
import type { AuthenticitySettings } from './authenticity.ts';

/**
 * `callback_event` of test callbacks. They have no `event_type` and no `sequence`, so they belong to no session and no task:
 * they are only listed, under this name.
 */
export const testCallbackEvent = 'LiveLedgerTest';

/** A callback that is authentic by the settings of this process, as CSS would send it. */
export interface TestCallbackRequest {
  /** The last segment of the URL. Null: none. */
  readonly token: string | null;
  readonly body: string;
}

/** Signed with the first key; where there are only tokens, with the first of them in its URL. */
export function formTestCallback(
  { keys: [key], tokens: [token] }: AuthenticitySettings,
  { testId, nowMs }: { readonly testId: string; readonly nowMs: number },
): TestCallbackRequest {
  const t = Math.floor(nowMs / 1000) + signatureLeadSeconds;
  const body = { callback_event: testCallbackEvent, test_id: testId };
  if (key === undefined) return { token: token ?? null, body: JSON.stringify(body) };
  const domain = key.domain !== null && { app: key.domain };
  return { token: null, body: JSON.stringify({ ...body, ...domain, t, sign: signatureOf(key.key, t) }) };
}
