import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';

/** A message of graphql-transport-ws as received. */
export interface WireMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface LiveSocketClose {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket over which a test sends any message, valid or not. */
export interface LiveSocket {
  readonly ws: WebSocket;
  readonly messages: readonly WireMessage[];
  send(message: unknown): void;
  /** Resolves once the received messages match; rejects if the connection ends first. */
  until<Result>(find: (messages: readonly WireMessage[]) => Result | undefined | false): Promise<Result>;
  /** Sends all messages in one packet, so that the server reads them at once. */
  together(send: () => void): void;
  /** Subscribes under this id. */
  subscribe(id: string, query: string, variables?: Record<string, unknown>): void;
  closed(): Promise<LiveSocketClose>;
  close(): Promise<void>;
}

const protocolName = 'graphql-transport-ws';

export async function openLiveSocket(
  url: string,
  protocols: readonly string[] = [protocolName],
  options: ClientOptions = {},
): Promise<LiveSocket> {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, [...protocols], options);
  const messages: WireMessage[] = [];
  let end: LiveSocketClose | null = null;
  const waiting = new Set<() => void>();
  const check = () => {
    for (const one of [...waiting]) one();
  };
  ws.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as WireMessage);
    check();
  });
  ws.on('close', (code, reason) => {
    end = { code, reason: reason.toString() };
    check();
  });
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  ws.on('error', () => undefined);

  const when = <Result>(find: () => Result | undefined | false) =>
    new Promise<Result>((resolve, reject) => {
      const one = () => {
        const found = find();
        if (found !== undefined && found !== false) resolve(found);
        else if (end !== null) reject(new Error(`The connection ended before: ${end.code} ${end.reason}`));
        else return;
        waiting.delete(one);
      };
      waiting.add(one);
      one();
    });
  const socket: LiveSocket = {
    ws,
    messages,
    send(message) {
      ws.send(typeof message === 'string' ? message : JSON.stringify(message));
    },
    until: (find) => when(() => find(messages)),
    together(send) {
      // A property of ws that its types do not declare.
      const { _socket: carrier } = ws as unknown as { readonly _socket: Socket };
      carrier.cork();
      send();
      carrier.uncork();
    },
    subscribe(id, query, variables = {}) {
      socket.send({ type: 'subscribe', id, payload: { query, variables } });
    },
    closed: () => when(() => end ?? undefined),
    async close() {
      if (end !== null) return;
      ws.close();
      await socket.closed();
    },
  };
  return socket;
}

/** Opens a connection and waits for its connection_ack. */
export async function connectLive(url: string, authorization?: string): Promise<LiveSocket> {
  const socket = await openLiveSocket(url);
  socket.send({ type: 'connection_init', ...(authorization !== undefined && { payload: { authorization } }) });
  await socket.until((messages) => messages.some(({ type }) => type === 'connection_ack'));
  return socket;
}

/** The data of a subscription's `next` messages so far. */
export function nextOf<Data>(messages: readonly WireMessage[], id: string): Data[] {
  return messages
    .filter((message) => message.type === 'next' && message.id === id)
    .map(({ payload }) => (payload as { data: Data }).data);
}
