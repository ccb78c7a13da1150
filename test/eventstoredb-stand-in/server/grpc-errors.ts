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

export function invalidPositionError(): StatusObject {
  return errorWith(status.INVALID_ARGUMENT, 'The position is none of this log.', {});
}

export function accessDeniedError(): StatusObject {
  return errorWith(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

/** Ends a call of many answers with a status. */
export function endWithError(call: Refusable, error: StatusObject): void {
  call.emit('error', error);
}
