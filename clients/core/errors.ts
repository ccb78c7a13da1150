/** A code that clients add to those of docs/errors.md: no answer came, or the connection was lost. */
export const unreachable = 'UNREACHABLE';

/** An error as GraphQL sends it. */
export interface GraphqlError {
  readonly message: string;
  /** The field that failed: its names from the root, and positions in lists. */
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly requestId?: string | null;
    readonly appIds?: readonly string[];
  };
}

/** A refusal, or a missing answer. `code` is one of docs/errors.md, or UNREACHABLE. */
export class LedgerError extends Error {
  readonly code: string;
  readonly requestId: string | null;
  /** With AMBIGUOUS_ID: the accounts that use the id. */
  readonly appIds: readonly string[];
  /** Milliseconds before which the service asks not to be asked again. */
  readonly retryAfterMs: number;

  constructor(code: string, message: string, details: GraphqlError['extensions'] = {}, retryAfterMs = 0) {
    super(message);
    this.name = 'LedgerError';
    this.code = code;
    this.requestId = details.requestId ?? null;
    this.appIds = details.appIds ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

export function graphqlErrorOf({ message, extensions }: GraphqlError): LedgerError {
  return new LedgerError(extensions?.code ?? 'INTERNAL', message, extensions);
}

/** Close codes of docs/api.md after which the same request fails again, and those of graphql-ws (4004, 4005). */
const finalCloseCodes = [1009, 4004, 4005, 4400, 4401, 4403, 4406, 4409, 4429];

/** What ended a subscription: errors of GraphQL, the close of a WebSocket, or a failure of the network. */
export function endErrorOf(reason: unknown): LedgerError {
  if (reason instanceof LedgerError) return reason;
  if (Array.isArray(reason)) return graphqlErrorOf(reason[0] as GraphqlError);
  const { code = 0, reason: words = '' } = (reason ?? {}) as { readonly code?: number; readonly reason?: string };
  const message = `The connection was closed: ${[code || 'no answer', words].filter(Boolean).join(', ')}.`;
  if (!finalCloseCodes.includes(code)) return new LedgerError(unreachable, message);
  return new LedgerError(code === 4403 ? 'UNAUTHENTICATED' : 'BAD_REQUEST', message);
}

/** Whether a list must be read again, because its cursor is no longer valid. */
export function needsNewList(error: unknown): boolean {
  return error instanceof LedgerError && (error.code === 'RESYNC' || error.code === 'CURSOR_INVALID');
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  const passing = [
    unreachable,
    'STORE_UNAVAILABLE',
    'QUERIES_OVERLOADED',
    'OPERATION_TIMEOUT',
    'TOO_MANY_SUBSCRIPTIONS',
  ];
  return error instanceof LedgerError && passing.includes(error.code);
}

/** Milliseconds before the next attempt at most: the service answers everyone again soon after it starts. */
const retryMsMax = 5_000;

/** Milliseconds to wait after so many failures in a row; random, so that clients do not return all at once. */
export function retryMs(failures: number, error: unknown): number {
  const waitMs = Math.min(retryMsMax, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
  return error instanceof LedgerError ? Math.max(error.retryAfterMs, waitMs) : waitMs;
}
