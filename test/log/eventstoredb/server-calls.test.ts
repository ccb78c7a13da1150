import { describe, expect, test } from '@jest/globals';
import {
  AccessDeniedError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { readFailure } from '../../../src/log/eventstoredb/server-calls.ts';

/** An error as gRPC gives it: the client has not read it, so that it has no type. */
function grpcError(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The client's own classes; what they read of an error is nothing but this. */
const of = (code: number | undefined, message: string) => ({ code, message }) as never;

describe('an error of the client is classified by its type and its code', () => {
  test.each<[string, unknown, object]>([
    [
      'a wrong revision',
      new WrongExpectedVersionError(undefined, { streamName: 'a', current: 3n, expected: 7n }),
      { kind: 'wrongRevision', actual: 3n },
    ],
    [
      'a wrong revision of a stream that there is not',
      new WrongExpectedVersionError(undefined, { streamName: 'a', current: 'no_stream', expected: 7n }),
      { kind: 'wrongRevision', actual: null },
    ],
    ['a tombstone', StreamDeletedError.fromStreamName('a'), { kind: 'streamDeleted' }],
    ['a missing stream', new StreamNotFoundError(null as never, 'a'), { kind: 'streamMissing' }],
    ['more than 1 MiB', MaxAppendSizeExceededError.fromMaxAppendSize(1_048_576), { kind: 'refused' }],
    [
      'a bad id, type or stream name',
      new UnknownError(undefined, 'Could not recognize BadRequest'),
      { kind: 'refused' },
    ],
    ['a position that is no event’s', new UnknownError(of(3, '3 INVALID_ARGUMENT: secret')), { kind: 'refused' }],
    [
      'a server that was killed with it in flight',
      new UnavailableError(of(14, '')),
      { kind: 'transient', mayBeStored: true },
    ],
    [
      'a server that is away: gRPC’s own error, without a type',
      grpcError(14, '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:2113'),
      { kind: 'transient', mayBeStored: false },
    ],
    [
      'a server that stops, in one way',
      new UnknownError(undefined, 'Could not recognize Server Is Not Ready'),
      { kind: 'transient', mayBeStored: true },
    ],
    [
      'a server that stops, in another',
      new UnknownError(of(13, '13 INTERNAL: Received RST_STREAM with code 2')),
      { kind: 'transient', mayBeStored: true },
    ],
    ['no time left, with an empty message', new DeadlineExceededError(), { kind: 'transient', mayBeStored: true }],
    ['a user who may not', new AccessDeniedError(), { kind: 'misconfigured' }],
    ['a user who is not known', grpcError(16, '16 UNAUTHENTICATED: secret'), { kind: 'misconfigured' }],
    ['a user who may not, from gRPC', grpcError(7, '7 PERMISSION_DENIED: secret'), { kind: 'misconfigured' }],
    ['a cluster without a leader', new Error('Failed to discover after 10 attempts.'), { kind: 'transient' }],
    ['something that is no error', 'secret', { kind: 'transient', mayBeStored: true }],
  ])('%s', (_name, error, expected) => {
    const failure = readFailure(error);
    expect(failure).toMatchObject(expected);
    expect(
      JSON.stringify(failure, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
    ).not.toMatch(/secret|127\.0\.0\.1/);
  });

  test.each<[string, RegExp]>([
    ['Last error: self-signed certificate in certificate chain', /certificate/],
    ['Last error: unable to verify the first certificate', /certificate/],
    ["Last error: Hostname/IP does not match certificate's altnames", /certificate/],
    ['Last error: write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number', /not use TLS/],
    ['Last error: Client network socket disconnected before secure TLS connection was established', /not use TLS/],
    ['Name resolution failed for target dns:nowhere.invalid:2113', /host name/],
  ])('an error that waiting does not fix is misconfiguration: %s', (message, reason) => {
    const failure = readFailure(grpcError(14, `14 UNAVAILABLE: No connection established. ${message}`));
    expect(failure).toMatchObject({ kind: 'misconfigured', reason: expect.stringMatching(reason) as unknown });
  });
});
