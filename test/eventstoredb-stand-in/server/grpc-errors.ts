import { Metadata, status } from '@grpc/grpc-js';
import type { StatusObject } from '@grpc/grpc-js';

interface Refusable {
  emit(event: 'error', error: StatusObject): boolean;
}

export function errorWith(code: status, details: string, trailers: Readonly<Record<string, string>>): StatusObject {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}

export function streamDeletedError(streamName: string): StatusObject {
  return errorWith(status.FAILED_PRECONDITION, `Event stream '${streamName}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': streamName,
  });
}

export function notImplementedError(): StatusObject {
  return errorWith(status.UNIMPLEMENTED, 'The stand-in for EventStoreDB does not implement this.', {});
}

/** The error for deleting a stream that never had an event. The numbers mean any (-2), no stream, and the actual revision (-1). */
export function nothingToDeleteError(streamName: string, expected: 'any' | 'noStream'): StatusObject {
  const expectedVersion = expected === 'any' ? '-2' : '-1';
  return errorWith(
    status.FAILED_PRECONDITION,
    `Append failed due to WrongExpectedVersion. Stream: ${streamName}, Expected version: ${expectedVersion}, Actual version: -1`,
    {
      exception: 'wrong-expected-version',
      'stream-name': streamName,
      'expected-version': expectedVersion,
      'actual-version': '-1',
    },
  );
}

/** The error for a position within the log that is no event's, as sent to readers and to subscriptions. */
export function invalidPositionError(to: 'reader' | 'subscription'): StatusObject {
  return to === 'reader'
    ? errorWith(status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition', {})
    : errorWith(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.', {});
}

/** The error for a pair that no event can have: its commit is less than its prepare. */
export function impossiblePositionError(): StatusObject {
  return errorWith(status.UNKNOWN, 'Exception was thrown by handler.', {});
}

export function accessDeniedError(): StatusObject {
  return errorWith(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

/** Ends a call with many answers with a status. */
export function endWithError(call: Refusable, error: StatusObject): void {
  call.emit('error', error);
}
