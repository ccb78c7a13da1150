import { setTimeout as pause } from 'node:timers/promises';
import type { HttpClient } from '../delivery/http-client.ts';

/** What the ledger can't or won't answer; the message says why. */
export class LedgerRefused extends Error {
  override readonly name = 'LedgerRefused';

  constructor(
    /** `extensions.code` of the answer; null where it is no answer of GraphQL. */
    readonly code: string | null,
    message: string,
  ) {
    super(message);
  }
}

export interface LedgerClient {
  /** @throws LedgerRefused, NoAnswer */
  query<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
  /**
   * Resolves once everything that the ledger had recorded when it was first asked is projected.
   * @throws LedgerRefused - the projection has stopped, or is not there within the given time
   */
  projected(waitMs: number): Promise<void>;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Milliseconds between two looks at how far the projection is. */
const lookAgainMs = 100;

export function createLedgerClient(client: HttpClient, apiToken: string | null): LedgerClient {
  const headers = apiToken === null ? {} : { authorization: `Bearer ${apiToken}` };

  const ask: LedgerClient['query'] = async <Data>(query: string, variables = {}) => {
    const { status, text } = await client.post('/graphql', JSON.stringify({ query, variables }), headers);
    const { data, errors } = parse(text, status);
    const [error] = errors ?? [];
    if (error !== undefined) throw new LedgerRefused(error.extensions?.code ?? null, error.message);
    if (data == null) throw new LedgerRefused(null, `status ${status}, and no data`);
    return data as Data;
  };

  return {
    query: ask,
    async projected(waitMs) {
      const deadlineMs = performance.now() + waitMs;
      for (;;) {
        const { projections } = await ask<{ projections: { lagEvents: number; stalled: boolean }[] }>(
          '{ projections { lagEvents stalled } }',
        );
        if (projections.some(({ stalled }) => stalled)) {
          throw new LedgerRefused(null, 'the projection has stopped; the log of the service says why');
        }
        if (projections.every(({ lagEvents }) => lagEvents === 0)) return;
        if (performance.now() > deadlineMs) {
          throw new LedgerRefused(null, `the projection did not reach the end of the log within ${waitMs} ms`);
        }
        await pause(lookAgainMs);
      }
    },
  };
}

function parse(text: string, status: number): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new LedgerRefused(null, `status ${status}, and no GraphQL answer: is this the address of a Live Ledger?`);
  }
}
