import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readArrival, writeArrival } from '../../callbacks/arrival.ts';
import { interpret } from '../../callbacks/callback.ts';
import { nameEvent } from '../../callbacks/event-naming.ts';
import { parseJsonObject, type JsonObject } from '../../callbacks/json-object.ts';
import { callbackBodyBytesMax } from '../../connections/limits.ts';
import { derivedUuid } from '../../kernel/encoding.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { linesOf, toLine, type RecordEvent } from './record-file.ts';

/** Bodies of callbacks that another program has kept. */
export interface CapturedBodies {
  /** A file with one body per line, compressed if its name ends in .gz, or a folder with one body in each file `*.json`. */
  readonly path: string;
  /** When all of them were received; null: when each file was last written. */
  readonly receivedAtMs: number | null;
}

/** Unreadable bodies that are listed at most. */
const unreadableListedMax = 20;

/** The counts of what was read. */
export interface CapturedCount {
  readonly events: number;
  /** Entries of a folder that have other names than `*.json`. */
  readonly entriesIgnored: number;
}

/**
 * Reads the bodies as lines of an export, in the order of the lines or of the names of the files, as if they had been received
 * without keys and tokens. The same bodies give the same lines, so that an import of them can be repeated.
 * @throws OperatorError - there are none, or some are no JSON objects, too large or not readable: it lists which, after lines that were read
 */
export async function* readCapturedBodies(captured: CapturedBodies): AsyncGenerator<string, CapturedCount> {
  const { bodies, entriesIgnored } = find(captured.path);
  const unreadable: string[] = [];
  let events = 0;
  for await (const { origin, body, fileTimeMs } of bodies) {
    const parsed = typeof body === 'string' ? ({ ok: false, reason: body } as const) : parseBody(body);
    events += 1;
    if (parsed.ok) yield toLine(toEvent({ origin, ...parsed }, captured.receivedAtMs ?? fileTimeMs));
    else if (unreadable.push(`${origin} (${parsed.reason})`) === unreadableListedMax) break;
  }
  if (unreadable.length === 0) return { events, entriesIgnored };
  throw new OperatorError(`These are no bodies of callbacks, and nothing was imported: ${unreadable.join(', ')}.`);
}

/** The refusal if the ledger has the same body as received at another time; null if it has another body. */
export function receivedAtAnotherTime(read: RecordEvent, present: RecordEvent): OperatorError | null {
  if (toLine({ ...read, metadata: present.metadata }) !== toLine(present)) return null;
  const [readMs, presentMs] = [read, present].map(({ metadata }) => readArrival(metadata)?.receivedAtMs);
  if (readMs === undefined || presentMs === undefined || readMs === presentMs) return null;
  const [readAt, presentAt] = [readMs, presentMs].map((ms) => new Date(ms).toISOString());
  return new OperatorError(
    `The ledger has the same body as received at ${presentAt}, and now it would be ${readAt}: the time of a file has changed, or --received-at. ` +
      'Give the time of before with --received-at, or give each file its time back; or import into a new ledger, with --received-at.',
  );
}

function parseBody(body: Buffer) {
  if (body.byteLength > callbackBodyBytesMax) return { ok: false, reason: 'TOO_LARGE' } as const;
  const parsed = parseJsonObject(body);
  return parsed.ok ? { ...parsed, body } : parsed;
}

interface Captured {
  /** The line or file. The same body from two origins is two arrivals. */
  readonly origin: string;
  readonly body: Buffer;
  readonly object: JsonObject;
}

function toEvent({ origin, body, object }: Captured, receivedAtMs: number) {
  const { streamName, eventType: type } = nameEvent(interpret(object));
  const digest = createHash('sha256').update(body).digest('hex');
  // The sender is unknown by now.
  const metadata = writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '', captured: origin });
  return { streamName, eventId: derivedUuid(`captured body\n${origin}\n${digest}`), type, data: body, metadata };
}

interface Found {
  readonly origin: string;
  /** The body, or why it can't be read. */
  readonly body: Buffer | string;
  readonly fileTimeMs: number;
}

function find(from: string): {
  readonly bodies: AsyncIterable<Found> | Iterable<Found>;
  readonly entriesIgnored: number;
} {
  try {
    const stat = statSync(from, { throwIfNoEntry: false });
    if (stat === undefined) throw new OperatorError('There is no such file or folder of captured bodies.');
    if (stat.isFile()) return { bodies: linesAsBodies(from, wholeMs(stat.mtimeMs)), entriesIgnored: 0 };
    // It is read twice, and a pipe can be read only once.
    if (!stat.isDirectory()) throw new OperatorError(`${from} is neither a file nor a folder.`);
    const entries = readdirSync(from);
    const names = entries.filter((name) => name.endsWith('.json')).sort();
    if (names.length === 0)
      throw new OperatorError(`${from} has no file *.json. Of a folder these are taken, each with one body.`);
    return { bodies: filesAsBodies(from, names), entriesIgnored: entries.length - names.length };
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`${from} cannot be read: ${codeOf(error)}.`, { cause: error });
  }
}

function* filesAsBodies(folder: string, names: readonly string[]): Generator<Found> {
  for (const name of names) {
    const file = path.join(folder, name);
    try {
      const stat = statSync(file);
      const isTooLarge = stat.size > callbackBodyBytesMax;
      const body = !stat.isFile() ? 'NOT_A_FILE' : isTooLarge ? 'TOO_LARGE' : readFileSync(file);
      yield { origin: name, body, fileTimeMs: wholeMs(stat.mtimeMs) };
    } catch (error) {
      yield { origin: name, body: codeOf(error), fileTimeMs: 0 };
    }
  }
}

async function* linesAsBodies(file: string, fileTimeMs: number): AsyncGenerator<Found> {
  let line = 0;
  for await (const bytes of linesOf(file)) {
    line += 1;
    // Removes the carriage return of a Windows line end.
    const body = bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes;
    if (body.byteLength > 0) yield { origin: `line ${line}`, body, fileTimeMs };
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'CANNOT_BE_READ';

const wholeMs = (ms: number) => Math.floor(ms);
