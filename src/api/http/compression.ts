import { promisify } from 'node:util';
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  gzip,
  type BrotliOptions,
  type BrotliCompress,
  type Gzip,
} from 'node:zlib';

/** How an answer may be compressed: names of RFC 9110, 8.4.1, the preferred one first. */
const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/** Bytes. Less fits one packet anyway, and compressing it costs more than it saves. */
export const compressedBytesMin = 1_024;

/** Of 11. The default is for files that are compressed once; this one takes as long as gzip, and saves more. */
const brotliQuality = 4;

const brotliOptions: BrotliOptions = {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
};

/**
 * The encoding for a client, by its header `Accept-Encoding`; null: as it is. Only what it names counts: `*` alone is what clients send
 * that read nothing else.
 */
export function encodingFor(accepted: string | string[] | undefined): Encoding | null {
  if (accepted === undefined) return null;
  const named = String(accepted)
    .toLowerCase()
    .split(',')
    .flatMap((one) => /^\s*([a-z]+)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/.exec(one)?.[1] ?? []);
  return encodings.find((encoding) => named.includes(encoding)) ?? null;
}

const compressors = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/** Compresses a whole text, in libuv's threads. */
export function compress(text: string, encoding: Encoding): Promise<Buffer> {
  return encoding === 'br' ? compressors.br(text, brotliOptions) : compressors.gzip(text);
}

/** Compresses a text that is sent in parts. Each part can be read as soon as it is sent. */
export function compressor(encoding: Encoding): BrotliCompress | Gzip {
  return encoding === 'br'
    ? createBrotliCompress({ ...brotliOptions, flush: constants.BROTLI_OPERATION_FLUSH })
    : createGzip({ flush: constants.Z_SYNC_FLUSH });
}
