import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { fromLine } from '../../src/operations/transfer/record-file.ts';
import { interpret } from '../../src/callbacks/callback.ts';
import { isOutsideReadModels, pushedStreamName } from '../../src/callbacks/event-naming.ts';
import { parseJsonObject } from '../../src/callbacks/json-object.ts';

/** What is recorded, in the order of the log. */
export interface Record {
  /** Callbacks that targets should have. */
  readonly forwarded: readonly { readonly eventId: string; readonly stream: string; readonly digest: string }[];
  /** How many callbacks there are with each SHA-256 of their body, in quarantine or not. */
  readonly byDigest: ReadonlyMap<string, number>;
}

/** Reads an export with secrets, compressed. */
export async function readRecord(file: string): Promise<Record> {
  const forwarded: { eventId: string; stream: string; digest: string }[] = [];
  const byDigest = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    // The first and the last line are no events.
    if (!line.startsWith('{"stream":')) continue;
    const { streamName, eventId, type, data } = fromLine(line);
    if (!type.startsWith('Css')) continue;
    const digest = createHash('sha256').update(data).digest('hex');
    byDigest.set(digest, (byDigest.get(digest) ?? 0) + 1);
    if (!isOutsideReadModels(streamName)) forwarded.push({ eventId, stream: streamOf(streamName, data), digest });
  }
  return { forwarded, byDigest };
}

/** That of a callback in the stream of its account is the stream that it names. */
function streamOf(streamName: string, data: Uint8Array): string {
  const body = parseJsonObject(data);
  const callback = body.ok ? interpret(body.object) : null;
  return (callback?.kind === 'OTHER' ? pushedStreamName(callback) : null) ?? streamName;
}

/** Callbacks that were answered with 200 and are not in the record. */
export function lostOf(accepted: ReadonlyMap<string, number>, { byDigest }: Record): number {
  let lost = 0;
  for (const [digest, count] of accepted) lost += Math.max(0, count - (byDigest.get(digest) ?? 0));
  return lost;
}

/** What a target got, compared with what it should have. */
export interface Comparison {
  /** Callbacks, each once. */
  readonly taken: number;
  readonly repeats: number;
  readonly streams: number;
  /** In which it took nothing, between two callbacks. */
  readonly longestPauseSeconds: number;
  /** This and what follows must be 0. */
  readonly missing: number;
  readonly unknown: number;
  /** Not byte for byte what is recorded. */
  readonly changed: number;
  /** Streams whose callbacks did not come in the order of the log, each at its first arrival. */
  readonly streamsOutOfOrder: number;
}

/** Compares the file of a receiver with the record. */
export async function compareTaken(file: string, { forwarded }: Record): Promise<Comparison> {
  const recorded = new Map(forwarded.map((event, index) => [event.eventId, { ...event, index }]));
  const seen = new Set<string>();
  const last = new Map<string, number>();
  const outOfOrder = new Set<string>();
  let [repeats, unknown, changed, longestPauseMs] = [0, 0, 0, 0];
  let lastAtMs = Infinity;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [eventId = '', digest, atMs] = line.split(' ');
    longestPauseMs = Math.max(longestPauseMs, Number(atMs) - lastAtMs);
    lastAtMs = Number(atMs);
    const event = recorded.get(eventId);
    if (event === undefined) unknown += 1;
    else if (event.digest !== digest) changed += 1;
    if (seen.has(eventId)) repeats += 1;
    else if (event !== undefined) {
      seen.add(eventId);
      if (event.index < (last.get(event.stream) ?? -1)) outOfOrder.add(event.stream);
      last.set(event.stream, event.index);
    }
  }
  const streams = new Set(forwarded.map(({ stream }) => stream)).size;
  // An event that was appended twice, as its node was killed before it could say so, is one.
  const missing = recorded.size - seen.size;
  const streamsOutOfOrder = outOfOrder.size;
  const longestPauseSeconds = Math.round(longestPauseMs / 1_000);
  return { taken: seen.size, repeats, streams, longestPauseSeconds, missing, unknown, changed, streamsOutOfOrder };
}
