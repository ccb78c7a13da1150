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

/** What a URL under /callbacks names. */
export interface CallbackUrl {
  /** Whether it is that of the endpoint: `/callbacks/css`, or with a token `/callbacks/css/<token>`. */
  readonly isEndpoint: boolean;
  /** The last segment, decoded; null without one. */
  readonly token: string | null;
  /** False if the percent-encoding is not valid, or the token is longer than any that is set. */
  readonly isReadable: boolean;
}

/** Characters of a token: more than any listed one has. */
const tokenCharactersMax = 256;

/** Nearly every URL of CSS: nothing has to be decoded. */
const plainUrl = /^\/callbacks\/css(?:\/([\w.~-]{1,256}))?\/?(?:\?|$)/;

/**
 * Reads a URL, null if it is not under /callbacks. A slash more at the end, or in between, changes nothing: CSS sends relay
 * callbacks once, so one that a typing mistake leads elsewhere would be lost.
 */
export function readCallbackUrl(url: string): CallbackUrl | null {
  const [isPlain, plainToken = null] = plainUrl.exec(url) ?? [];
  if (isPlain !== undefined) return { isEndpoint: true, token: plainToken, isReadable: true };
  // The absolute form, which a client sends to a proxy (RFC 9112, 3.2.2), has the host before the path.
  const path = url
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
    .replaceAll(/\/{2,}/g, '/');
  if (!/^\/callbacks(\/|$)/.test(path)) return null;
  const match = /^\/callbacks\/css(?:\/([^/]+))?\/?$/.exec(path);
  if (match === null) return { isEndpoint: false, token: null, isReadable: true };
  const [, encoded] = match;
  const token = encoded === undefined ? null : decode(encoded);
  const isReadable = token === null ? encoded === undefined : token.length <= tokenCharactersMax;
  return { isEndpoint: true, token, isReadable };
}

function decode(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
