import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Gives a connection to another process although its server has begun to read requests from it: `pass` gets the request
 * again, as text, to be read before the rest of the connection. A proxy that keeps its connections sends callbacks and other
 * requests on the same one.
 */
export interface HandOver {
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
function withoutHeaders(rawHeaders: readonly string[], names: RegExp): string[] {
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
