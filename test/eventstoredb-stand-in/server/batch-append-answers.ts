import codes from '@eventstore/db-client/generated/code_pb.js';
import type { Code } from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { WrongExpectedVersion } from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { appendBytesMax } from './append-requests.ts';
import type { Expected } from './expected-revision.ts';
import { streamIdentifier, uuid } from './messages.ts';
import type { AppendOutcome } from './store-append.ts';

export interface BatchRequest {
  readonly correlationId: string;
  readonly streamName: string;
  readonly expected: Expected;
}

/** Only this way of appending knows the client's deadline. */
export type BatchOutcome = AppendOutcome | { readonly kind: 'tooLate' };

type Failure = Exclude<BatchOutcome, { kind: 'stored' }>;

export function batchAnswer(request: BatchRequest, outcome: BatchOutcome): BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(uuid(request.correlationId));
  answer.setStreamIdentifier(streamIdentifier(request.streamName));
  if (outcome.kind !== 'stored') return answer.setError(failure(request, outcome));
  const success = new streams.BatchAppendResp.Success();
  if (outcome.revision < 0n) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(outcome.revision.toString());
  if (outcome.position === null) success.setNoPosition(new empty.Empty());
  else {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(outcome.position.toString()).setPreparePosition(outcome.position.toString());
    success.setPosition(position);
  }
  return answer.setSuccess(success);
}

function failure(request: BatchRequest, outcome: Failure): Status {
  switch (outcome.kind) {
    case 'wrongRevision':
      return status(
        codes.Code.ALREADY_EXISTS,
        'WrongExpectedVersion',
        wrongExpectedVersion(outcome.lastRevision, request.expected),
      );
    case 'streamDeleted': {
      const deleted = new shared.StreamDeleted().setStreamIdentifier(streamIdentifier(request.streamName));
      return status(codes.Code.NOT_FOUND, 'StreamDeleted', deleted);
    }
    case 'tooLarge': {
      const tooLarge = new shared.MaximumAppendSizeExceeded().setMaxappendsize(appendBytesMax);
      return status(codes.Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', tooLarge);
    }
    case 'invalid':
      return status(codes.Code.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(outcome.argument));
    case 'tooLate':
      return status(codes.Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());
    case 'denied':
      return status(codes.Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());
    case 'full':
      return status(codes.Code.UNKNOWN, 'Unknown', new shared.Unknown());
  }
}

function status(code: Code, message: string, details: { serializeBinary(): Uint8Array }): Status {
  const packed = new any.Any();
  packed.pack(details.serializeBinary(), `event_store.client.${message}`);
  return new statuses.Status().setCode(code).setMessage(message).setDetails(packed);
}

function wrongExpectedVersion(lastRevision: bigint, expected: Expected): WrongExpectedVersion {
  const wrong = new shared.WrongExpectedVersion();
  if (lastRevision < 0n) wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(lastRevision.toString());
  if (expected === 'any') wrong.setExpectedAny(new empty.Empty());
  else if (expected === 'noStream') wrong.setExpectedNoStream(new empty.Empty());
  else if (expected === 'streamExists') wrong.setExpectedStreamExists(new empty.Empty());
  else wrong.setExpectedStreamPosition(expected.toString());
  return wrong;
}
