import { documentedContentType, readArrival } from '../domain/callback/arrival.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { isTraced, spanNowMs, traceEvent } from '../kernel/spans.ts';
import { openPoster, type Attempt, type PosterOptions } from './post.ts';
import type { ForwardTarget } from './target.ts';
import { signatureLeadSeconds, signatureOf } from '../domain/callback/signature.ts';

/** What is sent of an event. */
export type ForwardedBody = Pick<RecordedEvent, 'eventId' | 'data' | 'metadata'>;

/** Sends to one target, on connections of its own. */
export interface Sender {
  /** One attempt. Never rejects; aborting the signal ends it as a failure. */
  send(forwarded: ForwardedBody, signal: AbortSignal): Promise<Attempt>;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** Opens no connection before it is needed. */
export function openSender(target: ForwardTarget, options: PosterOptions): Sender {
  const { url, signingKey, concurrency } = target;
  const poster = openPoster(concurrency, options);
  return {
    async send({ eventId, data, metadata }, signal) {
      const body = signingKey === null ? data : restamp(data, signingKey, options.clock());
      const contentType = readArrival(metadata)?.contentType ?? documentedContentType;
      const headers = { ...target.headers, 'content-type': contentType, 'live-ledger-event-id': eventId };
      const startedAtMs = isTraced() ? spanNowMs() : 0;
      const attempt = await poster.post({ url, headers, body }, signal);
      if (isTraced()) {
        const attributes = { 'live_ledger.forward_target': target.name };
        const facts = { name: 'forward', kind: 'CLIENT', hasFailed: attempt.kind !== 'DELIVERED', attributes } as const;
        traceEvent(eventId, facts, { startedAtMs, endedAtMs: spanNowMs() });
      }
      return attempt;
    },
    close: () => poster.close(),
  };
}

/** A string, a bracket, a separator, or a number or word of JSON. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

interface Span {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The body with `t` and `sign` of its object made anew, as CSS makes them when it sends. Every other byte stays as it is; what is
 * not signed, such as a relay callback, is not changed, nor is what cannot be read as JSON. `t` stays a string or a number.
 */
export function restamp(body: Uint8Array, key: string, nowMs: number): Uint8Array {
  // One character for each byte, whatever the encoding: what is replaced is ASCII.
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const spans = membersOf(text, ['t', 'sign']);
  const stamps = spans?.get('t') ?? [];
  const signs = spans?.get('sign') ?? [];
  if (stamps.length === 0 || signs.length === 0) return body;
  const t = Math.floor(nowMs / 1_000) + signatureLeadSeconds;
  const replaced = [
    ...stamps.map((span) => ({ ...span, by: span.text.startsWith('"') ? `"${t}"` : String(t) })),
    ...signs.map((span) => ({ ...span, by: `"${signatureOf(key, t)}"` })),
  ].sort((one, other) => one.begin - other.begin);
  let [written, from] = ['', 0];
  for (const { begin, end, by } of replaced) {
    written += text.slice(from, begin) + by;
    from = end;
  }
  return Buffer.from(written + text.slice(from), 'latin1');
}

/** Where the values of some members of a JSON object are, those of objects inside it left out. Null where a name is not JSON. */
function membersOf(json: string, names: readonly string[]): ReadonlyMap<string, Span[]> | null {
  const found = new Map<string, Span[]>();
  let depth = 0;
  let name: string | null = '';
  let last = '';
  for (const { 0: text, index } of json.matchAll(token)) {
    if (text === '{' || text === '[') depth += 1;
    else if (text === '}' || text === ']') depth -= 1;
    else if (text === ':' && depth === 1) {
      name = nameOf(last);
      if (name === null) return null;
    } else if (depth === 1 && text !== ',' && name !== '') {
      if (names.includes(name)) found.set(name, [...(found.get(name) ?? []), spanAt(index, text)]);
      name = '';
    }
    if (depth !== 1 || text === ',') name = '';
    last = text;
  }
  return found;
}

const spanAt = (begin: number, text: string): Span => ({ begin, end: begin + text.length, text });

/** A name may be written with escapes; null where they are none of JSON. */
function nameOf(quoted: string): string | null {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}
