import type { Socket } from 'node:net';

/** What `send` of a process is used for here. The message says how the connection begins. */
export type SendConnection = (
  message: ConnectionMessage,
  socket: Socket,
  options: { readonly keepOpen?: false },
  sent: (error: Error | null) => void,
) => unknown;

/** Sent with a socket. */
export interface ConnectionMessage {
  readonly kind: 'connection';
  /** Bytes that were read from the connection, to be read before the rest. */
  readonly head?: Uint8Array | undefined;
  /** It had requests, and may be silent until the next one. */
  readonly isKept?: true | undefined;
}

export interface PassConnectionsOptions {
  /** Connections that may wait for the process. More are refused. */
  readonly waitingMax: number;
  /** Milliseconds that each may wait before it is refused. */
  readonly waitMsMax: number;
  readonly refuse: (socket: Socket) => void;
}

/** Milliseconds between two checks whether connections have waited too long. */
const expiryEveryMs = 100;

interface Waiting {
  readonly message: ConnectionMessage;
  readonly sinceMs: number;
}

/**
 * Connections for another process. Each is passed at once, or as soon as there is a process. If that ends, those that it did
 * not get wait for the next one; nobody else has read them.
 */
export class PassConnections {
  private readonly waiting = new Map<Socket, Waiting>();
  private send: SendConnection | null = null;
  private expiring: NodeJS.Timeout | undefined;
  private onEmptied: () => void = () => undefined;

  constructor(private readonly options: PassConnectionsOptions) {}

  /** Nothing more is read from it here. */
  add(socket: Socket, begins: Omit<ConnectionMessage, 'kind'> = {}): void {
    detach(socket);
    if (this.waiting.size >= this.options.waitingMax) {
      this.options.refuse(socket);
      return;
    }
    const waiting = { message: { kind: 'connection', ...begins }, sinceMs: performance.now() } as const;
    this.waiting.set(socket, waiting);
    this.pass(socket, waiting);
    this.expiring ??= setInterval(() => this.expire(), expiryEveryMs);
  }

  /** The process that gets the connections from now on; null: there is none, and they wait. */
  passTo(send: SendConnection | null): void {
    this.send = send;
    for (const [socket, waiting] of [...this.waiting]) this.pass(socket, waiting);
  }

  /** Connections that no process has got yet. */
  count(): number {
    return this.waiting.size;
  }

  /** Resolves once all have been passed. */
  emptied(): Promise<void> {
    return this.waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => (this.onEmptied = resolve));
  }

  refuseAll(): void {
    for (const socket of [...this.waiting.keys()]) this.remove(socket, true);
  }

  private pass(socket: Socket, { message }: Waiting): void {
    const { send } = this;
    if (send === null) return;
    // Node sends one connection at a time, and calls back then: until it has, the connection is still here.
    send(message, socket, {}, (error) => {
      if (this.send === send) this.remove(socket, error !== null);
    });
  }

  private remove(socket: Socket, isRefused: boolean): void {
    if (!this.waiting.delete(socket)) return;
    if (isRefused) this.options.refuse(socket);
    if (this.waiting.size > 0) return;
    this.onEmptied();
    clearInterval(this.expiring);
    this.expiring = undefined;
  }

  private expire(): void {
    const before = performance.now() - this.options.waitMsMax;
    for (const [socket, { sinceMs }] of this.waiting) {
      // The map is in the order in which they came.
      if (sinceMs > before) return;
      this.remove(socket, true);
    }
  }
}

/** What `send` of Node does not do by itself: the process that gets the connection reads the rest, and counts it. */
function detach(socket: Socket): void {
  // See docs/patches.md#a-connection-handed-over-after-its-first-bytes
  const inside = socket as unknown as { readonly _handle: { readStop(): void } | null; server: unknown };
  inside._handle?.readStop();
  // See docs/patches.md#a-connection-handed-over-without-its-server
  inside.server = undefined;
}
