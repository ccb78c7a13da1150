import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeArrival } from '../../domain/callback/arrival.ts';
import { interpret } from '../../domain/callback/callback.ts';
import { nameEvent } from '../../domain/callback/event-naming.ts';
import { parseJsonObject, type JsonObject } from '../../domain/callback/json-object.ts';
import { callbackBodyBytesMax } from '../../http/limits.ts';
import { derivedUuid } from '../../kernel/derived-uuid.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { linesOf } from './record-file.ts';
import { toLine } from './record-line.ts';

/** Bodies of callbacks that something else has kept. */
export interface CapturedBodies {
  /** A file with one body a line, compressed if its name ends in .gz; or a folder with one body in each file `*.json`. */
  readonly path: string;
  /** When all of them were received; null: when each file was last written. */
  readonly receivedAtMs: number | null;
}

/** Bodies that are listed if they can not be read. */
const unreadableListedMax = 20;

/**
 * The bodies as lines of an export, in the order of the lines, or of the names of the files: as if they had been received without
 * keys and tokens. The same bodies give the same lines, so that an import of them can be repeated.
 * @throws OperatorError - some are no JSON objects, or too large: it lists which, after lines that were read
 */
export async function* readCapturedBodies(
  captured: CapturedBodies,
): AsyncGenerator<string, { readonly events: number }> {
  const unreadable: string[] = [];
  let events = 0;
  for await (const { origin, body, fileTimeMs } of bodiesOf(captured.path)) {
    const isTooLarge = body.byteLength > callbackBodyBytesMax;
    const parsed = isTooLarge ? ({ ok: false, reason: 'TOO_LARGE' } as const) : parseJsonObject(body);
    events += 1;
    if (parsed.ok) yield toLine(toEvent({ origin, body, object: parsed.object }, captured.receivedAtMs ?? fileTimeMs));
    else if (unreadable.push(`${origin} (${parsed.reason})`) === unreadableListedMax) break;
  }
  if (unreadable.length === 0) return { events };
  throw new OperatorError(`These are no bodies of callbacks, and nothing was imported: ${unreadable.join(', ')}.`);
}

interface Captured {
  /** Line or file: the same body twice is two arrivals. */
  readonly origin: string;
  readonly body: Buffer;
  readonly object: JsonObject;
}

function toEvent({ origin, body, object }: Captured, receivedAtMs: number) {
  const { streamName, eventType: type } = nameEvent(interpret(object));
  const digest = createHash('sha256').update(body).digest('hex');
  // Nobody knows any more who sent it.
  const metadata = writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '', captured: origin });
  return { streamName, eventId: derivedUuid(`captured body\n${origin}\n${digest}`), type, data: body, metadata };
}

async function* bodiesOf(from: string): AsyncGenerator<Omit<Captured, 'object'> & { readonly fileTimeMs: number }> {
  const stat = statSync(from, { throwIfNoEntry: false });
  if (stat === undefined) throw new OperatorError('There is no such file or folder of captured bodies.');
  if (stat.isDirectory()) {
    const names = readdirSync(from).filter((name) => name.endsWith('.json'));
    for (const name of names.sort()) {
      const file = path.join(from, name);
      yield { origin: name, body: readFileSync(file), fileTimeMs: wholeMs(statSync(file).mtimeMs) };
    }
    return;
  }
  let line = 0;
  for await (const bytes of linesOf(from)) {
    line += 1;
    // Of a file with the line ends of Windows.
    const body = bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes;
    if (body.byteLength > 0) yield { origin: `line ${line}`, body, fileTimeMs: wholeMs(stat.mtimeMs) };
  }
}

const wholeMs = (ms: number) => Math.floor(ms);
