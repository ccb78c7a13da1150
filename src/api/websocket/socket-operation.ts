import type {
  LiveMessage,
  LiveSink,
  ReadyRequest,
  ReadySubscription,
  Subscriber,
} from '../subscriptions/live-operations.ts';
import type { LiveMetrics } from '../../observing/live-metrics.ts';
import type { Backpressure } from '../subscriptions/chunks.ts';
import { encodeId, sendNextFrames, type FrameOutput } from './next-frames.ts';

/** Where an operation's messages go. */
export interface OperationOutput extends FrameOutput {
  readonly backpressure: Backpressure;
}

/** The connection of an operation, as the operation uses it. */
export interface OperationOwner {
  readonly output: OperationOutput;
  readonly options: { readonly live: LiveMetrics };
  /** The operation sends nothing more. */
  fail(operation: SocketOperation, error: unknown): void;
}

/** An operation of a client, from its message until it has ended. */
export class SocketOperation implements LiveSink {
  private readonly encodedId: string;
  private subscriber: Subscriber | null = null;
  private request: Pick<ReadyRequest, 'abandon'> | null = null;

  constructor(
    readonly id: string,
    private readonly owner: OperationOwner,
  ) {
    this.encodedId = encodeId(id);
  }

  start(subscription: ReadySubscription): void {
    this.subscriber = subscription.start(this);
    this.owner.options.live.subscribed('websocket');
  }

  answering(request: Pick<ReadyRequest, 'abandon'>): void {
    this.request = request;
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
    this.owner.options.live.unsubscribed('websocket');
  }

  take(messages: readonly LiveMessage[], from: number): number {
    const { output, options } = this.owner;
    if (!output.backpressure.isReady()) return 0;
    const sent = sendNextFrames(this.encodedId, messages, from, output);
    options.live.sent('websocket', sent);
    return sent;
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.owner.output.backpressure.ready(signal);
  }

  failed(error: unknown): void {
    this.owner.fail(this, error);
  }
}
