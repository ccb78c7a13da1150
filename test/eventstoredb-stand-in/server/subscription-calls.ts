import { setTimeout as wait } from 'node:timers/promises';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { pageEvents } from './checkpoints.ts';
import { eventFilter } from './event-filter.ts';
import { Subscription } from './subscription.ts';
import { confirmationAnswer } from './messages.ts';
import { isOfTheLog, isPossible, startPosition } from './positions.ts';
import { endWithError, impossiblePositionError, invalidPositionError } from './grpc-errors.ts';
import type { StandInServer } from './server.ts';
import { write } from './answer-stream.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;

/** Milliseconds before a cut: when a connection drops, the client discards what it has received and not yet emitted. */
const untilCutMs = 20;

/** Answers an endless, filtered subscription to all events after a position. */
export function subscriptionCall(server: StandInServer, call: Call, options: ReadReq.Options): void {
  const all = options.getAll();
  const given = all?.getPosition();
  const position = given && { commit: BigInt(given.getCommitPosition()), prepare: BigInt(given.getPreparePosition()) };
  if (position && !isPossible(position)) return endWithError(call, impossiblePositionError());
  if (position && !isOfTheLog(server.log, position)) return endWithError(call, invalidPositionError('subscription'));
  const gone = new AbortController();
  call.once('cancelled', () => gone.abort());
  const intervals = options.getFilter()?.getCheckpointintervalmultiplier() ?? 0;
  const subscription = new Subscription(server, {
    after: position ?? (all?.hasEnd() ? 'end' : startPosition),
    filter: eventFilter(options),
    checkpointEvents: intervals * pageEvents,
    signal: gone.signal,
  });
  void send(server, call, subscription.answers());
}

async function send(server: StandInServer, call: Call, answers: AsyncIterable<ReadResp>): Promise<void> {
  let events = 0;
  await write(call, confirmationAnswer());
  for await (const answer of answers) {
    if (!(await write(call, answer))) return;
    if (answer.hasEvent()) events += 1;
    const { cutAfterEvents, endAfterEvents } = server.faults.now;
    if (events > 0 && events === endAfterEvents) {
      call.end();
      return;
    }
    if (events === 0 || events !== cutAfterEvents) continue;
    await wait(untilCutMs);
    server.connections.drop(call.getPeer());
    return;
  }
}
