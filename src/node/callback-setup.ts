import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { CallbackSetupPort, TestCallbackAnswer } from '../api/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import type { AuthenticitySettings } from '../recorder/authenticity.ts';
import { signatureLeadSeconds, signatureOf } from '../callbacks/arrival.ts';

/** Milliseconds for a test callback to be answered. CSS waits 20 s; an operator at a button waits less. */
const testAnswerMsMax = 10_000;

interface CallbackSetupOptions {
  readonly takesCallbacks: boolean;
  /** Read at each use, because it may be changed. */
  readonly authenticity: AuthenticitySettings;
  readonly clock: Clock;
  /** The URL of this process. Null until it listens. */
  readonly url: () => string | null;
  readonly refused: CallbackSetupPort['refused'];
}

/** Reports how this process authenticates callbacks, and sends test callbacks to its own route. */
export function createCallbackSetup({
  takesCallbacks,
  authenticity,
  clock,
  url,
  refused,
}: CallbackSetupOptions): CallbackSetupPort {
  return {
    takesCallbacks,
    refused,
    keys: () => authenticity.keys.length,
    tokens: () => authenticity.tokens.length,
    async sendTest(testId = randomUUID()) {
      const { token, body } = formTestCallback(authenticity, { testId, nowMs: clock() });
      const path = token === null ? '/callbacks/css' : `/callbacks/css/${encodeURIComponent(token)}`;
      const beganAt = performance.now();
      const answer = await post(new URL(path, url() ?? undefined), body);
      return { ...answer, testId, durationMs: performance.now() - beganAt };
    },
  };
}

/** Not by `fetch`, which refuses some ports that a service may listen on. */
function post(url: URL, body: string): Promise<Pick<TestCallbackAnswer, 'status' | 'failure'>> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(testAnswerMsMax);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', headers, signal, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? null, failure: null });
    });
    sent.on('error', ({ code }: NodeJS.ErrnoException) => {
      resolve({ status: null, failure: signal.aborted ? 'TIMEOUT' : (code ?? 'CONNECTION_FAILED') });
    });
    sent.end(body);
  });
}

/**
 * `callback_event` of test callbacks. They have no `event_type` and no `sequence`, so they belong to no session and no task, and
 * are only listed under this name.
 */
const testCallbackEvent = 'LiveLedgerTest';

/** A callback as CSS would send it, authentic by the settings of this process. */
interface TestCallbackRequest {
  /** The last segment of the URL; null without one. */
  readonly token: string | null;
  readonly body: string;
}

/** Signs it with the first key. If there are only tokens, its URL has the first of them. */
function formTestCallback(
  { keys: [key], tokens: [token] }: AuthenticitySettings,
  { testId, nowMs }: { readonly testId: string; readonly nowMs: number },
): TestCallbackRequest {
  const t = Math.floor(nowMs / 1000) + signatureLeadSeconds;
  const body = { callback_event: testCallbackEvent, test_id: testId };
  if (key === undefined) return { token: token ?? null, body: JSON.stringify(body) };
  const domain = key.domain !== null && { app: key.domain };
  return { token: null, body: JSON.stringify({ ...body, ...domain, t, sign: signatureOf(key.key, t) }) };
}
