/** A code that the page adds to those of the API: no answer came. */
export const unreachable = 'UNREACHABLE';

/** An error in an answer, or a missing answer. `code` is one of docs/errors.md, or UNREACHABLE. */
export class ApiError extends Error {
  readonly code: string;
  readonly requestId: string | null;
  /** With AMBIGUOUS_ID: the accounts that use the id. */
  readonly appIds: readonly string[];

  constructor(code: string, message: string, details: { requestId?: string | null; appIds?: readonly string[] } = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.requestId = details.requestId ?? null;
    this.appIds = details.appIds ?? [];
  }
}

/** An error as GraphQL sends it. */
export interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly requestId?: string; readonly appIds?: readonly string[] };
}

export function apiErrorOf({ message, extensions }: GraphqlError): ApiError {
  return new ApiError(extensions?.code ?? 'INTERNAL', message, extensions);
}

/** Codes after which a list must be read again, because its cursor is no longer valid. */
export function needsNewList(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'RESYNC' || error.code === 'CURSOR_INVALID');
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  const passing = [unreachable, 'STORE_UNAVAILABLE', 'QUERIES_OVERLOADED', 'OPERATION_TIMEOUT'];
  return error instanceof ApiError && passing.includes(error.code);
}
