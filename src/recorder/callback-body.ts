import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { LedgerError } from '../kernel/errors.ts';

/** Decodes a body, and fails if more comes out than the option allows. */
type Decode = (body: Uint8Array, options: Pick<ZlibOptions, 'maxOutputLength'>) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decode>> = {
  gzip: promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Uint8Array, ZlibOptions, Buffer>(inflate),
  br: promisify<Uint8Array, ZlibOptions, Buffer>(brotliDecompress),
};

/** The encodings of a body that are decoded, for the header `Accept-Encoding` of a refusal (RFC 9110, 12.5.3). */
export const encodingsAccepted = 'gzip, deflate, br';

/**
 * Resolves with the body of a callback, decoded, or with its refusal as soon as that is known. `null`: the connection ended
 * before all of it had arrived. Neither what arrives nor what is decoded may have more bytes than `bytesMax`.
 */
export async function readCallbackBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array | LedgerError | null> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const decode = decoders[encoding];
  if (decode === undefined && encoding !== 'identity' && encoding !== '') return encodingNotSupported();
  const body = await readWhole(request, bytesMax);
  if (decode === undefined || body === null || body instanceof LedgerError) return body;
  try {
    return await decode(body, { maxOutputLength: bytesMax });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(bytesMax) : notDecodable();
  }
}

function readWhole(request: IncomingMessage, bytesMax: number): Promise<Uint8Array | LedgerError | null> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length']) > bytesMax) {
      resolve(tooLarge(bytesMax));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      request.off('data', onData);
      resolve(tooLarge(bytesMax));
    };
    request.on('data', onData);
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
    request.on('error', () => resolve(null));
  });
}

function tooLarge(bytesMax: number): LedgerError {
  return new LedgerError(
    'BODY_TOO_LARGE',
    `The body is larger than ${bytesMax} bytes, and a callback of CSS has 0.3 to 2 KB; nothing was stored. Larger ones are taken with a listed token in the URL.`,
  );
}

function encodingNotSupported(): LedgerError {
  return new LedgerError(
    'ENCODING_NOT_SUPPORTED',
    `The header Content-Encoding names none of ${encodingsAccepted}; nothing was stored. Send the body as it is.`,
  );
}

function notDecodable(): LedgerError {
  return new LedgerError(
    'BODY_UNREADABLE',
    'The body is not what the header Content-Encoding says; nothing was stored. Send the body as it is.',
  );
}
