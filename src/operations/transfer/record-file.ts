import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, linkSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { asBuffer } from '../../kernel/encoding.ts';
import { hidden, withoutCredentials } from '../../api/redact.ts';
import type { BodyFilter } from '../../callbacks/callback.ts';
import { isJsonObject, parseJsonObject, type JsonObject } from '../../callbacks/json-object.ts';
import { fsyncPath } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import type { NewEvent } from '../../log/event-store.ts';

/** Bytes of a line. An event has at most 1 MiB, which base64 and escapes make larger. */
const lineBytesMax = 16 * 1024 * 1024;

/** The first line of an export. Later versions must be able to read it. */
export interface RecordHead {
  readonly format: 'live-ledger-export';
  readonly formatVersion: 1;
  readonly withSecrets: boolean;
  /** ISO 8601, UTC. Null: from the beginning, or to the end. */
  readonly fromTime: string | null;
  readonly toTime: string | null;
  /** The export has only callbacks that match. Without a filter it has everything. */
  readonly filter?: BodyFilter;
}

/** The last line: the number of events, and the SHA-256 of all lines before it. */
interface RecordEnd {
  readonly events: number;
  readonly sha256: string;
}

/** What the first and the last line of a file say. */
export type RecordCount = RecordEnd & Pick<RecordHead, 'withSecrets'>;

const isCompressed = (file: string) => file.endsWith('.gz');

/**
 * Writes an export to a new file, for this user only. It appears under its name once it is complete and durable.
 * @throws OperatorError - the file exists, or can't be written
 */
export async function writeRecordFile(
  file: string,
  head: RecordHead,
  lines: AsyncIterable<string>,
): Promise<RecordEnd> {
  const hash = createHash('sha256');
  let end: RecordEnd = { events: 0, sha256: '' };
  async function* chunks() {
    const first = `${JSON.stringify(head)}\n`;
    hash.update(first);
    yield first;
    for await (const line of lines) {
      hash.update(`${line}\n`);
      end = { ...end, events: end.events + 1 };
      yield `${line}\n`;
    }
    end = { ...end, sha256: hash.digest('hex') };
    yield `${JSON.stringify(end)}\n`;
  }
  const unfinished = `${file}.incomplete`;
  try {
    const target = createWriteStream(unfinished, { flags: 'wx', mode: 0o600 });
    if (isCompressed(file)) await pipeline(Readable.from(chunks()), createGzip(), target);
    else await pipeline(Readable.from(chunks()), target);
    fsyncPath(unfinished);
    // Unlike renaming, this never replaces a file.
    linkSync(unfinished, file);
    fsyncPath(path.dirname(path.resolve(file)));
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    // The unfinished file is another export's, which may be writing it.
    if (code === 'EEXIST' && syscall === 'open') throw exists(unfinished, error, isBeingMade);
    rmSync(unfinished, { force: true });
    if (code === 'EEXIST') throw exists(file, error);
    // An error of the log has no system call, because SQLite makes them itself.
    if (syscall === undefined) throw error;
    throw new OperatorError(
      `${file} cannot be written: ${message}. Name a file in a folder that is there, on a disk with room, and that this user may write to.`,
      { cause: error },
    );
  }
  rmSync(unfinished);
  return end;
}

const isBeingMade = 'another export is being made, or one was interrupted. Then remove it.';

function exists(file: string, cause: unknown, what = 'nothing is overwritten. Name another file, or remove it.') {
  return new OperatorError(`${file} exists already: ${what}`, { cause });
}

/**
 * Reads the lines of an export between its first and its last, and checks all of them on the way. An error may come after lines
 * that were read, so a caller that must not use half of a file reads it twice.
 * @throws OperatorError - it is no export, or not what was written
 */
export async function* readRecordFile(file: string): AsyncGenerator<string, RecordCount> {
  const hash = createHash('sha256');
  let withSecrets = true;
  let [before, number]: [string | null, number] = [null, 0];
  for await (const bytes of linesOf(file)) {
    const line = bytes.toString('utf8');
    if (before !== null) {
      if (number === 1) ({ withSecrets } = readHead(before, file));
      else yield before;
      hash.update(`${before}\n`);
    }
    [before, number] = [line, number + 1];
  }
  const end = parseObject(before ?? '') as Partial<RecordEnd>;
  const events = number - 2;
  if (end.events !== events || end.sha256 !== hash.digest('hex')) {
    throw new OperatorError(`${file} is not what was exported: it is incomplete, or was changed. Export again.`);
  }
  return { events, sha256: end.sha256, withSecrets };
}

function readHead(line: string, file: string): Pick<RecordHead, 'withSecrets'> {
  const { format, formatVersion, withSecrets } = parseObject(line) as Partial<RecordHead>;
  if (format === 'live-ledger-export' && Number(formatVersion) === 1) return { withSecrets: withSecrets === true };
  throw new OperatorError(`${file} is not an export that this version can read.`);
}

function parseObject(line: string): object {
  try {
    return Object(JSON.parse(line)) as object;
  } catch {
    return {};
  }
}

/**
 * Reads the lines of a file that may be compressed, without their line feeds. Splits only at these, because texts may contain any
 * other line separator.
 * @throws OperatorError - it cannot be read
 */
export async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  try {
    for await (const chunk of chunksOf(file)) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, at)]);
        [rest, restBytes, from] = [[], 0, at + 1];
      }
      rest.push(chunk.subarray(from));
      restBytes += chunk.byteLength - from;
      if (restBytes > lineBytesMax)
        throw new OperatorError(`${file} can not be imported: a line has more than 16 MiB.`);
    }
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const { code = 'it is damaged' } = error as NodeJS.ErrnoException;
    const why = code.startsWith('Z_') ? 'it is incomplete, damaged, or not compressed as its name says' : code;
    throw new OperatorError(`${file} cannot be read: ${why}.`, { cause: error });
  }
  if (restBytes > 0) yield Buffer.concat(rest);
}

function chunksOf(file: string): AsyncIterable<Buffer> {
  // An import reads it twice, and a pipe can be read only once.
  if (!statSync(file).isFile())
    throw new OperatorError(`${file} is not a file: a pipe or a folder cannot be imported.`);
  const source = createReadStream(file);
  const bytes = isCompressed(file) ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => bytes.destroy(error));
  return bytes;
}

/** An event of the record, without the position, revision and time that a store gives it. */
export interface RecordEvent extends NewEvent {
  readonly streamName: string;
}

/** One line of an export: the event as JSON, its bytes as text if they are UTF-8, else as base64. Equal events give equal lines. */
export function toLine({ streamName, eventId, type, data, metadata, isDamaged }: RecordEvent): string {
  return JSON.stringify({
    stream: streamName,
    eventId,
    type,
    ...toText('data', data),
    ...toText('metadata', metadata),
    ...(isDamaged && { damaged: true }),
  });
}

/** @throws Error - the line is no event of an export */
export function fromLine(line: string): RecordEvent {
  const value: unknown = JSON.parse(line);
  if (!isJsonObject(value)) throw new Error('no JSON object');
  const { stream, eventId, type, damaged } = value;
  if (typeof stream !== 'string' || typeof eventId !== 'string' || typeof type !== 'string') {
    throw new Error('stream, eventId or type is missing');
  }
  const event = {
    streamName: stream,
    eventId,
    type,
    data: fromText('data', value),
    metadata: fromText('metadata', value),
  };
  return damaged === true ? { ...event, isDamaged: true } : event;
}

/** The event as analysts may see it, without what `hide` finds, and without the sender's address. */
export function withoutSecrets<Event extends NewEvent>(event: Event, hide: (text: string) => string): Event {
  const [body, metadata] = [parseJsonObject(event.data), parseJsonObject(event.metadata)];
  const shown = body.ok ? JSON.stringify(withoutCredentials(body.object, hide)) : hidden;
  const about = metadata.ok
    ? {
        ...(withoutCredentials(metadata.object, hide) as JsonObject),
        ...('remoteAddress' in metadata.object && { remoteAddress: hidden }),
      }
    : {};
  return { ...event, data: Buffer.from(shown), metadata: Buffer.from(JSON.stringify(about)) };
}

function toText(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  const buffer = asBuffer(bytes);
  const text = buffer.toString('utf8');
  return Buffer.from(text, 'utf8').equals(buffer) ? { [name]: text } : { [`${name}Base64`]: buffer.toString('base64') };
}

function fromText(name: string, value: Readonly<Record<string, unknown>>): Buffer {
  const [text, base64] = [value[name], value[`${name}Base64`]];
  if (typeof text === 'string') return Buffer.from(text, 'utf8');
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  throw new Error(`${name} is missing`);
}
