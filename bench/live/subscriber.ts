import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { clientFrame, createFrameReader } from './frame-reader.ts';

/** A graphql-transport-ws subscriber on a bare socket, which counts its messages. */
export interface Subscriber {
  readonly bytes: () => number;
  /** Stops reading from its socket. */
  pause(): void;
  resume(): void;
  end(): void;
}

export interface SubscriberOptions {
  readonly port: number;
  readonly query: string;
  readonly after: string | null;
  /** Selects callbacks; without it, all are sent. */
  readonly filter?: object;
  /** Identical subscriptions on its connection. */
  readonly operations: number;
  /** Called with the number of messages that end in a chunk. */
  readonly onMessages: (count: number) => void;
  /** Called with the text of each message; without it, nothing is parsed. */
  readonly onText?: (text: string) => void;
}

const request =
  'GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n';

/**
 * Texts before the first message: the acknowledgement, and the answer to a query sent after the subscription, which shows that it has
 * begun.
 */
const textsBefore = 3;

/** All sockets of a process read into the same memory in turn. */
const readInto = Buffer.alloc(256 * 1024);

/** Resolves once the subscription has begun. */
export function openSubscriber(options: SubscriberOptions): Promise<Subscriber> {
  const { port, query, after, filter, operations, onMessages, onText } = options;
  let [texts, bytes, isOpen] = [0, 0, false];
  return new Promise((resolve, reject) => {
    const read = createFrameReader({
      keeps: () => onText !== undefined,
      // Messages after a cursor may be sent before the answer to the query.
      onText: (text) => {
        if (text.includes('"callbackRecorded"')) onText?.(text);
      },
      onPing: () => {
        say('pong');
      },
    });
    const take = (piece: Buffer) => {
      const count = read(piece);
      bytes += piece.length;
      const before = texts;
      texts += count;
      if (before >= textsBefore) {
        onMessages(count);
        return;
      }
      if (before === 0 && texts > 0) {
        for (let count = 0; count < operations; count += 1) {
          say({ type: 'subscribe', id: randomUUID(), payload: { query, variables: { after, filter } } });
        }
        say({ type: 'subscribe', id: 'begun', payload: { query: '{ __typename }' } });
      }
      if (texts < textsBefore) return;
      bytes = 0;
      resolve({
        bytes: () => bytes,
        pause: () => void socket.pause(),
        resume: () => void socket.resume(),
        end: () => void socket.destroy(),
      });
    };
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readInto,
        callback(length) {
          const piece = readInto.subarray(0, length);
          if (isOpen) take(piece);
          else if (piece.toString('latin1').startsWith('HTTP/1.1 101 ')) {
            // The answer to the request arrives in one chunk: nothing else is sent before it.
            isOpen = true;
            say({ type: 'connection_init' });
          } else reject(new Error('The server opens no WebSocket.'));
          return true;
        },
      },
    });
    const say = (message: object | 'pong') => void socket.write(clientFrame(message));
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('The server has ended a connection.'));
    });
    socket.on('connect', () => void socket.write(request));
  });
}
