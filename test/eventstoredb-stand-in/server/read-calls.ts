import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { streamNameOf } from './append-requests.ts';
import { subscriptionCall } from './subscription-calls.ts';
import { eventAnswer, notFoundAnswer } from './messages.ts';
import { isOfTheLog, isPossible } from './positions.ts';
import {
  accessDeniedError,
  impossiblePositionError,
  invalidPositionError,
  notImplementedError,
  endWithError,
  streamDeletedError,
} from './grpc-errors.ts';
import type { StandInServer } from './server.ts';
import type { StoredEvent } from './stored-event.ts';
import { tombstoneRevision } from './stored-event.ts';
import { writeAll } from './answer-stream.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;

const { BACKWARDS } = streams.ReadReq.Options.ReadDirection;

/** Reads a stream or all events, or subscribes to all. Subscribing to one stream is not implemented: the product never does. */
export function readCall(server: StandInServer, call: Call): void {
  const options = call.request.getOptions();
  if (server.faults.now.accessDenied) return endWithError(call, accessDeniedError());
  if (!options) return endWithError(call, notImplementedError());
  if (options.hasSubscription())
    return options.hasAll() ? subscriptionCall(server, call, options) : endWithError(call, notImplementedError());
  if (options.hasFilter()) return endWithError(call, notImplementedError());
  if (options.hasAll()) readAll(server, call, options);
  else readStream(server, call, options);
}

function readStream(server: StandInServer, call: Call, options: ReadReq.Options): void {
  const { log } = server;
  const stream = options.getStream();
  const streamName = streamNameOf(stream?.getStreamIdentifier());
  const lastRevision = log.lastRevision(streamName);
  if (lastRevision === tombstoneRevision) return endWithError(call, streamDeletedError(streamName));
  if (lastRevision < 0n || log.deletedSoftly(streamName)) return send(call, [notFoundAnswer(streamName)]);
  const visible = log.visible(streamName);
  const from = BigInt(stream?.getRevision() ?? '0');
  const isBackwards = options.getReadDirection() === BACKWARDS;
  const wanted = (event: StoredEvent) => {
    if (stream?.hasStart()) return !isBackwards || event.revision === 0n;
    if (stream?.hasEnd()) return isBackwards;
    return isBackwards ? event.revision <= from : event.revision >= from;
  };
  const events = visible.filter(wanted);
  if (isBackwards) events.reverse();
  send(call, first(options, events).map(eventAnswer));
}

function readAll(server: StandInServer, call: Call, options: ReadReq.Options): void {
  const { log } = server;
  const all = options.getAll();
  const given = all?.getPosition();
  const position = {
    commit: BigInt(given?.getCommitPosition() ?? '0'),
    prepare: BigInt(given?.getPreparePosition() ?? '0'),
  };
  if (!isPossible(position)) return endWithError(call, impossiblePositionError());
  if (!isOfTheLog(log, position)) return endWithError(call, invalidPositionError('reader'));
  const isBackwards = options.getReadDirection() === BACKWARDS;
  const from = all?.hasEnd() ? log.count : all?.hasStart() ? 0 : log.indexFrom(position.commit);
  send(call, allFrom(server, from, isBackwards, countMax(options)));
}

function* allFrom(server: StandInServer, from: number, isBackwards: boolean, count: number): Generator<ReadResp> {
  const step = isBackwards ? -1 : 1;
  for (let index = isBackwards ? from - 1 : from, sent = 0; sent < count; index += step, sent += 1) {
    const event = index < 0 ? undefined : server.log.eventAt(index);
    if (!event) return;
    yield eventAnswer(event);
  }
}

function first(options: ReadReq.Options, events: StoredEvent[]): StoredEvent[] {
  return events.slice(0, countMax(options));
}

function countMax(options: ReadReq.Options): number {
  return Number(options.getCount());
}

function send(call: Call, answers: Iterable<ReadResp>): void {
  void writeAll(call, answers).then(() => call.end());
}
