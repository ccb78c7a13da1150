import { setTimeout as pause } from 'node:timers/promises';
import type { HttpClient } from '../delivery/http-client.ts';

/** The service answered without data; the message says why. */
export class LedgerRejected extends Error {
  override readonly name = 'LedgerRejected';

  constructor(
    /** `extensions.code` of the answer; null if it is not a GraphQL answer. */
    readonly code: string | null,
    message: string,
  ) {
    super(message);
  }
}

export interface LedgerClient {
  /** @throws LedgerRejected, NoAnswer */
  query<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
  /**
   * Resolves once no projection lags behind the log.
   * @throws LedgerRejected - a projection has stopped, or still lags after this time; NoAnswer
   */
  untilProjected(waitMs: number): Promise<void>;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Milliseconds between two queries for the lag. */
const pollMs = 100;

/** Queries the GraphQL API of a running service; `apiToken` null: without a token. */
export function createLedgerClient(client: HttpClient, apiToken: string | null): LedgerClient {
  const headers = apiToken === null ? {} : { authorization: `Bearer ${apiToken}` };

  const ask: LedgerClient['query'] = async <Data>(query: string, variables = {}) => {
    const { status, text } = await client.post('/graphql', JSON.stringify({ query, variables }), headers);
    const { data, errors } = parse(text, status);
    const [error] = errors ?? [];
    if (error !== undefined) throw new LedgerRejected(error.extensions?.code ?? null, error.message);
    if (data == null) throw new LedgerRejected(null, `status ${status}, and no data`);
    return data as Data;
  };

  return {
    query: ask,
    async untilProjected(waitMs) {
      const deadlineMs = performance.now() + waitMs;
      for (;;) {
        const { projections } = await ask<{ projections: { lagEvents: number; stalled: boolean }[] }>(
          '{ projections { lagEvents stalled } }',
        );
        if (projections.some(({ stalled }) => stalled)) {
          throw new LedgerRejected(null, 'the projection has stopped; the log of the service says why');
        }
        if (projections.every(({ lagEvents }) => lagEvents === 0)) return;
        if (performance.now() > deadlineMs) {
          throw new LedgerRejected(null, `the projection still lags behind the log after ${waitMs} ms`);
        }
        await pause(pollMs);
      }
    },
  };
}

function parse(text: string, status: number): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new LedgerRejected(null, `status ${status}, and no GraphQL answer: is this the address of a Live Ledger?`);
  }
}
