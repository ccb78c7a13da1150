import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { authorizationOf, type Endpoint } from './query.ts';

/** Milliseconds of silence before a ping, and for the pong, the acknowledgement, and the connection to be made. */
const silenceMsMax = 10_000;
const answerMsMax = 5_000;

/**
 * One WebSocket for all subscriptions, opened when there is one.
 * @param options - further options of graphql-ws. Node before version 22 needs `webSocketImpl`, such as that of `ws`
 */
export function webSocket(endpoint: Endpoint, options: Partial<ClientOptions> = {}): Client {
  const client = createClient({
    url: `${endpoint.url.replace(/^http/, 'ws').replace(/\/$/, '')}/graphql`,
    connectionParams: () => authorizationOf(endpoint),
    connectionAckWaitTimeout: answerMsMax,
    keepAlive: silenceMsMax,
    // Otherwise a page that changes views would close and open the socket each time; a program would not end sooner.
    lazyCloseTimeout: 1_000,
    ...options,
    webSocketImpl: withDeadline((options.webSocketImpl ?? Reflect.get(globalThis, 'WebSocket')) as Socket),
    // Each subscription resumes by itself, after its own cursor.
    retryAttempts: 0,
  });
  let overdue: ReturnType<typeof setTimeout> | undefined;
  // A dead connection is silent. Closing it would wait for its answer.
  client.on('ping', (isReceived) => {
    if (!isReceived) overdue = setTimeout(() => client.terminate(), answerMsMax);
  });
  client.on('pong', () => clearTimeout(overdue));
  client.on('closed', () => clearTimeout(overdue));
  return client;
}

/** What is used of a WebSocket, in a browser or of a package. */
type Socket = new (
  url: string | URL,
  protocols?: string | string[],
) => { close(): void; addEventListener(event: string, listener: () => void): void };

/** A connection may die while it is made; then nothing else ends the attempt. */
function withDeadline(Implementation: Socket): Socket {
  return class extends Implementation {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      const late = setTimeout(() => this.close(), answerMsMax);
      for (const event of ['open', 'close']) this.addEventListener(event, () => clearTimeout(late));
    }
  };
}
