/** What a client error means for its call. Reasons are our own words: the client's may contain addresses. */
export type Failure =
  | { readonly kind: 'wrongRevision'; readonly actual: bigint | null }
  | { readonly kind: 'streamMissing' }
  /** A tombstone: the stream can never be appended to again. */
  | { readonly kind: 'streamDeleted' }
  /** The request itself is wrong; retrying does not help. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The settings are wrong, and an operator must correct them. Nothing was written. */
  | { readonly kind: 'misconfigured'; readonly reason: string }
  /** The server is unavailable or not ready; may be retried. */
  | { readonly kind: 'transient'; readonly reason: string; readonly mayBeStored: boolean };

const grpc = { invalidArgument: 3, deadlineExceeded: 4, permissionDenied: 7, unavailable: 14, unauthenticated: 16 };

/** Connection errors that waiting does not fix. They have no code: these are words from messages of gRPC and OpenSSL. */
const settingsErrors: readonly (readonly [RegExp, string])[] = [
  [
    /certificate|self[- ]signed|altname|CERT_/i,
    'The certificate of the server could not be verified with tlsCAFile of EVENT_STORE_URL.',
  ],
  [
    /wrong version number|EPROTO|before secure TLS/i,
    'The server does not use TLS: add tls=false to EVENT_STORE_URL, or name another server.',
  ],
  [/name resolution|ENOTFOUND|EAI_/i, 'The host name in EVENT_STORE_URL could not be resolved.'],
];

/**
 * Classifies an error by its type and gRPC code: errors of an unreachable server have no type, and those of a batch append
 * often no message. Otherwise words in the message decide: docs/patches.md#errors-distinguished-by-their-words.
 */
export function readFailure(error: unknown): Failure {
  const { type, code, message, actualVersion } = partsOf(error);
  switch (type) {
    case 'wrong-expected-version':
      return { kind: 'wrongRevision', actual: typeof actualVersion === 'bigint' ? actualVersion : null };
    case 'stream-not-found':
    case 'no-stream':
      return { kind: 'streamMissing' };
    case 'stream-deleted':
      return { kind: 'streamDeleted' };
    case 'maximum-append-size-exceeded':
      return { kind: 'refused', reason: 'The event is larger than EventStoreDB accepts.' };
    case 'access-denied':
      return accessDenied;
    case 'invalid-argument':
      return badRequest;
    default:
  }
  if (code === grpc.permissionDenied || code === grpc.unauthenticated) return accessDenied;
  // Errors of a batch append have no code, only this word.
  if (code === grpc.invalidArgument || (type === 'unknown' && /\bBadRequest$/.test(message))) return badRequest;
  const setting = settingsErrors.find(([words]) => words.test(message));
  if (setting !== undefined) return { kind: 'misconfigured', reason: setting[1] };
  if (code === grpc.unavailable) {
    // Errors without a type come from the client's request before its first append, so no event was sent.
    return { kind: 'transient', reason: 'The server is unreachable.', mayBeStored: type !== undefined };
  }
  if (type === 'deadline-exceeded' || code === grpc.deadlineExceeded) {
    return {
      kind: 'transient',
      reason:
        'The server did not meet the deadline: it is overloaded or stopping, or its clock is more than a minute ahead of ours.',
      mayBeStored: true,
    };
  }
  return { kind: 'transient', reason: 'The server is not ready, or ended the call.', mayBeStored: true };
}

const accessDenied: Failure = {
  kind: 'misconfigured',
  reason: 'The server does not know the user of EVENT_STORE_URL, or does not allow that user to do this.',
};
const badRequest: Failure = { kind: 'refused', reason: 'The server does not accept the event.' };

interface ErrorParts {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message: string;
  readonly actualVersion?: unknown;
}

function partsOf(error: unknown): ErrorParts {
  if (!(error instanceof Error)) return { message: '' };
  const { type, code, actualVersion } = error as Error & Partial<ErrorParts>;
  return { type, code, actualVersion, message: error.message };
}
