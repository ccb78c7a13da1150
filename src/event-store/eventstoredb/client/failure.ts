/** What an error of the client means for the call that met it. Reasons are our own words: the client's may hold addresses. */
export type Failure =
  | { readonly kind: 'wrongRevision'; readonly actual: bigint | null }
  | { readonly kind: 'streamMissing' }
  /** A tombstone: for ever. */
  | { readonly kind: 'streamDeleted' }
  /** The call is wrong, and stays so. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Somebody has to put it right; said at once, not tried again by itself. Nothing was written. */
  | { readonly kind: 'misconfigured'; readonly reason: string }
  /** The server is away, or not ready. */
  | { readonly kind: 'transient'; readonly reason: string; readonly mayBeStored: boolean };

/** What gRPC calls its outcomes. */
const grpc = { invalidArgument: 3, deadlineExceeded: 4, permissionDenied: 7, unavailable: 14, unauthenticated: 16 };

/** How a connection that nobody will mend by waiting fails: these words are gRPC's and OpenSSL's, there is no code. */
const settings: readonly (readonly [RegExp, string])[] = [
  [/certificate|self[- ]signed|altname|CERT_/i, 'The certificate of the server is not one that tlsCAFile proves.'],
  [
    /wrong version number|EPROTO|before secure TLS/i,
    'The server speaks no TLS: EVENT_STORE_URL has to say tls=false, or name another server.',
  ],
  [/name resolution|ENOTFOUND|EAI_/i, 'The host name in EVENT_STORE_URL is not known.'],
];

/**
 * Reads an error by its type **and** its gRPC code: a server that is away gives an error without a type, and the messages of
 * errors of a batch are often empty.
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
      return { kind: 'refused', reason: 'The event is larger than the server takes.' };
    case 'access-denied':
      return accessDenied;
    case 'invalid-argument':
      return badRequest;
    default:
  }
  if (code === grpc.permissionDenied || code === grpc.unauthenticated) return accessDenied;
  // Of a batch there is no code, only this word.
  if (code === grpc.invalidArgument || (type === 'unknown' && /\bBadRequest$/.test(message))) return badRequest;
  const setting = settings.find(([words]) => words.test(message));
  if (setting !== undefined) return { kind: 'misconfigured', reason: setting[1] };
  if (code === grpc.unavailable) {
    // Without a type it comes from the question before the first append, so that nothing was sent yet.
    return { kind: 'transient', reason: 'The server can not be reached.', mayBeStored: type !== undefined };
  }
  if (type === 'deadline-exceeded' || code === grpc.deadlineExceeded) {
    return {
      kind: 'transient',
      reason:
        'The server found no time for it: it is overloaded, or stopping, or its clock is ahead of ours by more than a minute.',
      mayBeStored: true,
    };
  }
  return { kind: 'transient', reason: 'The server is not ready, or broke off.', mayBeStored: true };
}

const accessDenied: Failure = {
  kind: 'misconfigured',
  reason: 'The server does not let the user of EVENT_STORE_URL do this, or does not know that user.',
};
const badRequest: Failure = { kind: 'refused', reason: 'The server does not take the event as it is.' };

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
