import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CloseCode, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws';
import type { GraphQLFormattedError } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { Subscriber } from '../../live/subscriber-group.ts';
import type { Answer } from '../execution/execute.ts';
import { admit, askerOf, verifyBefore, type Caller } from '../access/admission.ts';
import { rateError } from '../access/rates.ts';
import { isLarge, tooMuchUnread } from '../http/unread-answers.ts';
import { outcomeOf } from '../../observing/metrics.ts';
import type { LiveTransportOptions, CloseReason } from './live-connections.ts';
import { sendNextFrames, type Backpressure, type FrameOutput } from './chunks.ts';
import type { LiveMessage, LiveSink } from './live-groups.ts';
import { OperationRefused, type ReadyOperation, type ReadyRequest, type ReadySubscription } from './live-operations.ts';

/** The connection that carries the messages. */
export interface ProtocolOutput extends FrameOutput {
  readonly backpressure: Backpressure;
  /** Sends a message, unless the connection is being closed. */
  send(message: object): void;
  /** Sends a message as JSON, and calls back once nothing of it is in memory. */
  sendText(text: string, onSent: () => void): void;
  /** Closes the connection at once. */
  readonly cutOff: () => void;
  close(reason: CloseReason, details?: string): Promise<void>;
  closeWith(code: CloseCode, reason: string): void;
}

/** The messages of one client: graphql-transport-ws, as graphql-ws checks and names them. */
export class SocketProtocol {
  /** Operations by their ids. A completed one is removed, whether it had begun or not. */
  private readonly operations = new Map<string, SocketOperation>();
  /** Null until `connection_init` is accepted. */
  private caller: Caller | null = null;
  private hasEnded = false;

  constructor(
    readonly output: ProtocolOutput,
    /** Null once `connection_init` was received. */
    private request: IncomingMessage | null,
    readonly options: LiveTransportOptions,
  ) {}

  get isInitialised(): boolean {
    return this.request === null;
  }

  get expiresAtMs(): number | null {
    return this.caller?.expiresAtMs ?? null;
  }

  get isBusy(): boolean {
    return this.operations.size > 0;
  }

  /** Sent with the end; empty if there is no single cursor to continue after. */
  afterCursor(): string {
    const [only = null, another = null] = [...this.operations.values()].flatMap((one) => one.cursor() ?? []);
    return only === null || another !== null ? '' : `after ${only}`;
  }

  take(text: string): void {
    const message = readMessage(text);
    if (message?.type === MessageType.ConnectionInit) this.connect(message.payload ?? {});
    else if (message?.type === MessageType.Ping) {
      this.output.send({ type: MessageType.Pong, ...(message.payload && { payload: message.payload }) });
    } else if (message?.type === MessageType.Subscribe) void this.run(message.id, message.payload);
    else if (message?.type === MessageType.Complete) {
      const operation = this.operations.get(message.id);
      if (operation !== undefined) this.remove(operation);
    } else if (message?.type !== MessageType.Pong) {
      // Before it has sent its token, anybody can do that, as often as they like.
      if (this.caller !== null) this.options.logger.info({}, 'a client of subscriptions broke the protocol');
      this.output.closeWith(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  /** The connection is gone. */
  end(): void {
    for (const operation of [...this.operations.values()]) this.remove(operation);
    if (this.caller !== null) this.options.connections.release(this.caller);
    // An operation that is being prepared must not begin.
    this.caller = null;
    this.hasEnded = true;
  }

  /** The operation sends nothing more. */
  fail(operation: SocketOperation, error: unknown): void {
    this.refuse(operation, this.options.operations.errorsOf(error, randomUUID()));
  }

  /** Checks whether a client may connect, by its origin, host and token; closes the connection otherwise. */
  private connect(payload: Readonly<Record<string, unknown>>): void {
    const { request, output } = this;
    if (request === null) {
      output.closeWith(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
      return;
    }
    this.request = null;
    const given = payload['authorization'] ?? payload['Authorization'];
    const authorization = typeof given === 'string' ? given : request.headers.authorization;
    const verifying = verifyBefore(this.options.admission, request, authorization);
    if (verifying === null) this.admit(request, authorization);
    else void verifying.then(() => this.admit(request, authorization));
  }

  private admit(request: IncomingMessage, authorization: string | undefined): void {
    const { output } = this;
    // It may have gone meanwhile, and would be counted for ever.
    if (this.hasEnded) return;
    const { caller, refusal } = admit(this.options.admission, request, authorization);
    if (refusal !== null) void output.close(refusal.status === 503 ? 'TOO_MANY' : 'FORBIDDEN', refusal.message);
    else if (!this.options.connections.claim(caller)) void output.close('TOO_MANY');
    else {
      this.caller = caller;
      output.send({ type: MessageType.ConnectionAck });
    }
  }

  private async run(id: string, payload: SubscribePayload): Promise<void> {
    const { caller, output } = this;
    if (caller === null) {
      output.closeWith(CloseCode.Unauthorized, 'Unauthorized');
      return;
    }
    if (this.operations.has(id)) {
      output.closeWith(CloseCode.SubscriberAlreadyExists, 'An operation with this id exists already');
      return;
    }
    const operation = new SocketOperation(id, this);
    this.operations.set(id, operation);
    const requestId = randomUUID();
    try {
      await this.answer(operation, await this.prepare(payload, caller, requestId));
    } catch (error) {
      const { operations } = this.options;
      const errors = error instanceof OperationRefused ? error.errors : operations.errorsOf(error, requestId);
      this.options.metrics.operationAnswered(outcomeOf(errors));
      this.refuse(operation, errors);
    }
  }

  /** @throws OperationRefused, LedgerError */
  private async prepare(
    { query, operationName, variables }: SubscribePayload,
    caller: Caller,
    requestId: string,
  ): Promise<ReadyOperation> {
    const refusal = caller.account.take('operations');
    if (refusal !== null) throw rateError(refusal);
    const { operationsOfConnectionMax: max } = this.options.bounds;
    if (this.operations.size > max) {
      const message = `This connection may have ${max} operations at a time. Complete one first.`;
      throw new LedgerError('TOO_MANY_SUBSCRIPTIONS', message);
    }
    return this.options.operations.prepare({
      query,
      operationName: operationName ?? null,
      variables: variables ?? {},
      ...askerOf(caller),
      requestId,
      resumeAfter: null,
    });
  }

  private async answer(operation: SocketOperation, ready: ReadyOperation): Promise<void> {
    const { metrics } = this.options;
    const isWanted = this.operations.get(operation.id) === operation;
    if (ready.kind === 'SUBSCRIPTION') {
      metrics.operationAnswered('OK');
      if (isWanted) operation.start(ready);
      return;
    }
    if (!isWanted) {
      ready.abandon();
      return;
    }
    operation.request = ready;
    const result = await ready.answer();
    if (!this.remove(operation)) {
      metrics.operationAnswered(outcomeOf(result.errors));
      return;
    }
    this.sendAnswer(operation.id, result, ready.isMutation);
  }

  /** A large answer needs room, unless it is that of a mutation. */
  private sendAnswer(id: string, answer: Answer, isOfMutation: boolean): void {
    const { output } = this;
    const { unread, metrics, operations } = this.options;
    const text = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":${answer.json}}`;
    const claimIt = () => (isOfMutation ? unread.count(output, text.length) : unread.claim(output, text.length));
    const claimed = isLarge(text.length) ? claimIt() : uncounted;
    if (claimed === null) {
      const errors = operations.errorsOf(tooMuchUnread, randomUUID());
      metrics.operationAnswered(outcomeOf(errors));
      output.send({ id, type: MessageType.Error, payload: errors });
      return;
    }
    metrics.operationAnswered(outcomeOf(answer.errors));
    output.sendText(text, claimed.ended);
    output.send({ id, type: MessageType.Complete });
  }

  private refuse(operation: SocketOperation, errors: readonly GraphQLFormattedError[]): void {
    if (this.remove(operation)) {
      this.output.send({ id: operation.id, type: MessageType.Error, payload: errors });
    }
  }

  /** False if it was removed before: its client has completed it, or is gone. */
  private remove(operation: SocketOperation): boolean {
    if (this.operations.get(operation.id) !== operation) return false;
    this.operations.delete(operation.id);
    operation.end();
    return true;
  }
}

/** An operation of a client, from its message until it has ended. */
class SocketOperation implements LiveSink {
  /** Set while a query or a mutation is answered. */
  request: Pick<ReadyRequest, 'abandon'> | null = null;
  /** The id as it is written in messages. */
  private readonly encodedId: string;
  private subscriber: Subscriber | null = null;

  constructor(
    readonly id: string,
    private readonly protocol: SocketProtocol,
  ) {
    this.encodedId = JSON.stringify(id);
  }

  start(subscription: ReadySubscription): void {
    this.subscriber = subscription.start(this);
    this.protocol.options.live.subscribed('websocket');
  }

  /** The cursor to resume with; null unless it is a subscription that has begun. */
  cursor(): string | null {
    return this.subscriber?.cursor() ?? null;
  }

  /** Sends nothing from then on. Called once. */
  end(): void {
    this.request?.abandon();
    if (this.subscriber === null) return;
    this.subscriber.leave();
    this.protocol.options.live.unsubscribed('websocket');
  }

  take(messages: readonly LiveMessage[], from: number): number {
    const { output, options } = this.protocol;
    if (!output.backpressure.isReady()) return 0;
    const sent = sendNextFrames(this.encodedId, messages, from, output);
    options.live.sent('websocket', sent);
    return sent;
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.protocol.output.backpressure.ready(signal);
  }

  failed(error: unknown): void {
    this.protocol.fail(this, error);
  }
}

const uncounted = { ended: () => undefined };

/** Null if it is no message of the protocol. */
function readMessage(text: string): ReturnType<typeof parseMessage> | null {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}
