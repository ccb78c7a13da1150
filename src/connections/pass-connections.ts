import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
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

interface PassConnectionsOptions {
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

/**
 * To be called when a process has ended: closes the connection that it was sent last and did not acknowledge, so that the client sees
 * its end. Whether the process has read of it is unknown, so no other process may have it.
 */
export function closeUnacknowledged(ended: ChildProcess): void {
  // See docs/patches.md#a-connection-sent-to-a-process-that-ends
  const { _pendingMessage: pending } = ended as { readonly _pendingMessage?: { handle: { close(): void } } | null };
  pending?.handle.close();
}

/**
 * Gives a connection to another process although its server has begun to read requests from it: `pass` gets the request
 * again, as text, to be read before the rest of the connection. A proxy that keeps its connections sends callbacks and other
 * requests on the same one.
 */
interface HandOver {
  readonly request: IncomingMessage;
  /** Bytes of a body that are read here; the other process refuses more by its length. */
  readonly bodyBytesMax: number;
  readonly pass: (socket: Socket, text: Buffer) => void;
}

/** The whole body is read first, so that nothing of it is left in this server's parser. */
export function handOver({ request, bodyBytesMax, pass }: HandOver): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const passOn = () => {
    pass(request.socket, writeAgain(request, Buffer.concat(chunks), bytes));
  };
  const take = (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= bodyBytesMax) return;
    request.off('data', take).off('end', passOn).pause();
    // Not now, because the parser is at work on these bytes.
    setImmediate(passOn);
  };
  request.on('data', take).on('end', passOn);
  // The sender is gone, and with it the connection.
  request.on('error', () => undefined);
}

/** The same for a request to change the protocol, which ends the work of this server's parser. */
export function handOverUpgrade(
  { request, pass }: Pick<HandOver, 'request' | 'pass'>,
  socket: Socket,
  head: Buffer,
): void {
  pass(socket, Buffer.concat([headOf(request, request.rawHeaders), head]));
}

/** Headers that say how a body is sent. It is sent again by its length, and nobody waits for a 100 any more. */
const framing = /^(content-length|transfer-encoding|trailer|expect)$/i;

function writeAgain(request: IncomingMessage, body: Buffer, bodyBytes: number): Buffer {
  const headers = withoutHeaders(request.rawHeaders, framing);
  const hadBody = headers.length < request.rawHeaders.length;
  if (hadBody) headers.push('content-length', String(bodyBytes));
  return Buffer.concat([headOf(request, headers), body]);
}

/** Names and values in turn, as in `rawHeaders`. */
export function withoutHeaders(rawHeaders: readonly string[], names: RegExp): string[] {
  return rawHeaders.filter((_text, index) => !names.test(rawHeaders[index - (index % 2)] ?? ''));
}

/** The head of a request as text, with these headers. */
export function headOf(
  { method = '', url = '', httpVersion }: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion'>,
  headers: readonly string[],
): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}\r\n`];
  for (let index = 0; index < headers.length; index += 2) {
    lines.push(`${headers[index] ?? ''}: ${headers[index + 1] ?? ''}\r\n`);
  }
  return Buffer.from(`${lines.join('')}\r\n`, 'latin1');
}
