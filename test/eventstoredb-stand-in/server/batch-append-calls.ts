import { setTimeout as wait } from 'node:timers/promises';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { expectedOf, idOf, proposedEvent, streamNameOf } from './append-requests.ts';
import type { BatchOutcome } from './batch-append-answers.ts';
import { batchAnswer } from './batch-append-answers.ts';
import type { StandInServer } from './server.ts';
import type { ProposedEvent } from './stored-event.ts';
import { store } from './store-append.ts';

type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** An append that may arrive in several messages with one correlation id. */
interface Append {
  readonly options: BatchAppendReq.Options;
  readonly events: ProposedEvent[];
}

/** The client's usual way: one call for all appends of a connection, answered in any order. */
export function batchAppendCall(server: StandInServer, call: Call): void {
  const appends = new Map<string, Append>();
  call.on('data', (message: BatchAppendReq) => {
    const correlationId = idOf(message.getCorrelationId());
    const options = message.getOptions();
    const append = appends.get(correlationId) ?? (options ? { options, events: [] } : undefined);
    if (!append) return;
    appends.set(correlationId, append);
    append.events.push(...message.getProposedMessagesList().map(proposedEvent));
    if (!message.getIsFinal()) return;
    appends.delete(correlationId);
    void answer(server, call, correlationId, append);
  });
  call.on('end', () => call.end());
  call.on('error', () => appends.clear());
}

async function answer(server: StandInServer, call: Call, correlationId: string, append: Append): Promise<void> {
  const { options, events } = append;
  const streamName = streamNameOf(options.getStreamIdentifier());
  const expected = expectedOf(options, options.getStreamPosition());
  const reply = (outcome: BatchOutcome) => {
    if (!call.cancelled) call.write(batchAnswer({ correlationId, streamName, expected }, outcome));
  };
  const leftMs = timeLeftMs(server, options);
  if (leftMs <= 0) {
    reply({ kind: 'tooLate' });
    return;
  }
  const storing = store(server, { streamName, events, expected });
  const isTooSlow = server.faults.now.appendDelayMs > leftMs;
  // A server that misses the deadline says so once it has passed, but still stores the append.
  if (isTooSlow) await wait(leftMs);
  const outcome: BatchOutcome = isTooSlow ? { kind: 'tooLate' } : await storing;
  if (outcome.kind === 'stored' && server.faults.loseAnswer()) server.connections.drop(call.getPeer());
  else reply(outcome);
}

function timeLeftMs(server: StandInServer, options: BatchAppendReq.Options): number {
  const deadline = options.getDeadline();
  if (!deadline) return Infinity;
  return deadline.toDate().getTime() - server.faults.nowMs();
}
