import { connect, type Socket } from 'node:net';

/** A connection over which a test sends any bytes, HTTP or not. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far. */
  received(): string;
  /** Resolves once this text was received; rejects if the connection ends first. */
  until(text: string): Promise<void>;
  /** Resolves with everything received, once the server has ended the connection. */
  ended(): Promise<string>;
}

export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let received = '';
  let over = false;
  const waiting = new Set<() => void>();
  const check = () => {
    for (const one of [...waiting]) one();
  };
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    check();
  });
  const end = () => {
    over = true;
    check();
    socket.destroy();
  };
  socket.on('end', end);
  socket.on('close', end);
  // A reset ends the connection too: `close` follows.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });

  const when = (fits: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const one = () => {
        if (fits()) resolve();
        else if (over) reject(new Error('The connection ended before.'));
        else return;
        waiting.delete(one);
      };
      waiting.add(one);
      one();
    });
  return {
    socket,
    received: () => received,
    until: (text) => when(() => received.includes(text)),
    async ended() {
      await when(() => over);
      return received;
    },
  };
}

/** Sends one request as bytes; resolves with the whole answer once the server has ended the connection. */
export async function exchange(url: string, ...parts: (string | Uint8Array)[]): Promise<string> {
  const connection = await openRawConnection(url);
  for (const part of parts) connection.socket.write(part);
  return connection.ended();
}

/** The head of a POST whose connection ends with its answer; `headers` without the length. */
export function postHead(path: string, bodyBytes: number, headers: readonly string[] = []): string {
  const lines = [`POST ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...headers];
  return `${lines.join('\r\n')}\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}
