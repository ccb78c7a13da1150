import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { appendBytesMax, expectedOf, proposedEvent, streamNameOf } from './append-requests.ts';
import type { Expected } from './expected-revision.ts';
import { accessDeniedError, errorWith, streamDeletedError } from './grpc-errors.ts';
import type { StandInServer } from './server.ts';
import type { ProposedEvent } from './stored-event.ts';
import type { AppendOutcome } from './store-append.ts';
import { store } from './store-append.ts';

type Call = ServerReadableStream<AppendReq, AppendResp>;

/** One call for one append, which the client uses if it has credentials. It carries no deadline of the client's clock. */
export function classicAppendCall(server: StandInServer, call: Call, reply: sendUnaryData<AppendResp>): void {
  let options: AppendReq.Options | undefined;
  const events: ProposedEvent[] = [];
  call.on('data', (message: AppendReq) => {
    options ??= message.getOptions();
    const proposed = message.getProposedMessage();
    if (proposed) events.push(proposedEvent(proposed));
  });
  call.on('end', () => {
    if (!options) return reply({ code: status.INVALID_ARGUMENT, details: 'An append has options.' });
    const streamName = streamNameOf(options.getStreamIdentifier());
    const expected = expectedOf(options, options.getRevision());
    void store(server, { streamName, events, expected }).then((outcome) => {
      if (outcome.kind === 'stored' && server.faults.loseAnswer()) server.connections.drop(call.getPeer());
      else answer(streamName, expected, outcome, reply);
    });
  });
}

function answer(
  streamName: string,
  expected: Expected,
  outcome: AppendOutcome,
  reply: sendUnaryData<AppendResp>,
): void {
  switch (outcome.kind) {
    case 'stored':
      return reply(null, stored(outcome.revision, outcome.position));
    case 'wrongRevision':
      return reply(null, wrongExpectedVersion(outcome.lastRevision, expected));
    case 'streamDeleted':
      return reply(streamDeletedError(streamName));
    case 'tooLarge':
      return reply(
        errorWith(status.INVALID_ARGUMENT, 'Maximum Append Size Exceeded.', {
          exception: 'maximum-append-size-exceeded',
          'maximum-append-size': String(appendBytesMax),
        }),
      );
    case 'invalid':
      return reply(errorWith(status.INVALID_ARGUMENT, outcome.argument, {}));
    case 'denied':
      return reply(accessDeniedError());
    case 'full':
      return reply(errorWith(status.UNKNOWN, 'Unknown', {}));
  }
}

function stored(revision: bigint, position: bigint | null): AppendResp {
  const success = new streams.AppendResp.Success();
  if (revision < 0n) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(revision.toString());
  if (position === null) success.setNoPosition(new shared.Empty());
  else {
    const pair = new streams.AppendResp.Position();
    success.setPosition(pair.setCommitPosition(position.toString()).setPreparePosition(position.toString()));
  }
  return new streams.AppendResp().setSuccess(success);
}

/** Fills the fields of 20.6 as well as the later ones, as a real server does for its oldest clients. */
function wrongExpectedVersion(lastRevision: bigint, expected: Expected): AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (lastRevision < 0n) wrong.setNoStream2060(new shared.Empty()).setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision2060(Number(lastRevision)).setCurrentRevision(lastRevision.toString());
  if (expected === 'any') wrong.setAny2060(new shared.Empty()).setExpectedAny(new shared.Empty());
  else if (expected === 'streamExists') {
    wrong.setStreamExists2060(new shared.Empty()).setExpectedStreamExists(new shared.Empty());
  } else if (expected === 'noStream') {
    wrong.setExpectedRevision2060(noStreamIn2060).setExpectedNoStream(new shared.Empty());
  } else wrong.setExpectedRevision2060(Number(expected)).setExpectedRevision(expected.toString());
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}

/** -1 as an unsigned 64-bit number, or as near to it as the generated classes can write. */
export const noStreamIn2060 = 2 ** 64 - 2 ** 11;
