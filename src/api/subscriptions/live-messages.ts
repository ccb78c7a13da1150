import { randomUUID } from 'node:crypto';
import type { Logger } from '../../kernel/logger.ts';
import { isTraced, spanNowMs, traceEvent } from '../../kernel/spans.ts';
import { readChangesFrom, subscriptionSlices } from '../../live/change-feed.ts';
import type { MessagePage, Positioned, ReadMessages } from '../../live/subscriber-group.ts';
import type { ReadModelReader } from '../../projecting/read-model-reader.ts';
import type { GraphqlPorts, Role } from '../context.ts';
import type { ResolvedOperation } from '../cost.ts';
import { formatErrors, toGraphqlError, toSendable } from '../errors.ts';
import { AnswerTooLarge } from '../execution/answer-budget.ts';
import { executeOperation, type Execution } from '../execution/execute.ts';
import { createGraphqlContext, Operation } from '../operation.ts';
import type { LiveEvent, LiveSource } from './live-source.ts';

/** The message of one change, made once for all subscribers that receive it. */
export interface LiveMessage extends Positioned {
  readonly cursor: string;
  /** The result of the operation as JSON in UTF-8. */
  readonly json: Buffer;
}

/** Bytes of messages prepared at a time; a single message may be larger. A batch at 1,000 callbacks/s has about 20 of 1 KB. */
const pageBytesMax = 64 * 1024;

/** What the messages of a subscription depend on. */
interface Subscribed {
  readonly source: LiveSource;
  readonly resolved: ResolvedOperation;
  readonly role: Role;
}

/**
 * Executes the operation of a subscription for each event of its source, and writes each result as JSON. All messages
 * of a page show one state: their rows and everything read for them. So a cursor means the same state on every node. A
 * page ends early when its time slice is over: the remaining events are read again later, in the state of that time.
 */
export function liveMessages({ source, resolved, role }: Subscribed, ports: GraphqlPorts): ReadMessages<LiveMessage> {
  const { snapshots, notifications } = ports;

  const messageOf = async ({ at, cursor, value }: LiveEvent, readModel: ReadModelReader): Promise<LiveMessage> => {
    // Each message is a separate request: it uses nothing that only the first subscriber of the group sent.
    const request = { role, callerName: null, requestId: randomUUID(), resumeAfter: null };
    const operation = Operation.ofMessage(ports, request, readModel);
    const execution = { ...resolved, rootValue: value, context: createGraphqlContext(operation) };
    const startedAtMs = spanNowMs();
    const json = await jsonOf(execution, request.requestId, ports.logger);
    if (isTraced()) void traceMessage(ports, at.position, startedAtMs);
    return { at, cursor, json: Buffer.from(json) };
  };

  const readPage = async (after: Positioned['at'], rowsMax: number): Promise<MessagePage<LiveMessage>> => {
    const snapshot = await snapshots.openForMessages();
    try {
      const { events, to, isLast } = source.eventsAfter(after, rowsMax, snapshot.reader);
      const messages: LiveMessage[] = [];
      let bytes = 0;
      for (const event of events) {
        const message = await messageOf(event, snapshot.reader);
        messages.push(message);
        bytes += message.json.length;
        const isFull = bytes >= pageBytesMax || subscriptionSlices.isOver();
        if (isFull && event !== events.at(-1)) return { messages, to: event.at, isLast: false };
      }
      return { messages, to, isLast };
    } finally {
      snapshot.close();
    }
  };
  return (from, signal) => readChangesFrom(readPage, from, { notifications, timeSlices: subscriptionSlices }, signal);
}

async function jsonOf(execution: Execution, requestId: string, logger: Logger): Promise<string> {
  try {
    const { result } = await executeOperation(execution);
    return JSON.stringify(toSendable(result, requestId, logger));
  } catch (error) {
    // Only this message is: the next one may be shorter, and its cursor is still needed.
    if (error instanceof AnswerTooLarge)
      return JSON.stringify({ errors: formatErrors([toGraphqlError(error)], requestId, logger) });
    throw error;
  }
}

/** Traces the message with the event that made the change: once for all subscribers that receive it. */
async function traceMessage({ bodies }: GraphqlPorts, position: bigint, startedAtMs: number): Promise<void> {
  const endedAtMs = spanNowMs();
  const eventId = await bodies.eventIdAt(position).catch(() => null);
  if (eventId !== null) traceEvent(eventId, { name: 'message', kind: 'PRODUCER' }, { startedAtMs, endedAtMs });
}
