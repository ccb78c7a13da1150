import { hash } from 'node:crypto';
import { readQuarantined, readReleased, writeReleased } from '../quarantine/quarantine-events.ts';
import type { Quarantined, Released } from '../quarantine/quarantine.ts';
import { readObject, readTime } from './json-object.ts';

/** Seconds that `t` may be off either way: CSS sends now + 600 and retries for up to 15 minutes, re-stamped or not. */
export const signatureToleranceSeconds = 900;

/**
 * How a callback proved its origin. TOKEN: by a listed token in its URL, whatever its signature. EXPIRED: a right
 * signature, but its `t` is too far from our clock. NOT_CHECKED: neither keys nor tokens are set.
 */
export const signatures = ['VALID', 'EXPIRED', 'INVALID', 'UNSIGNED', 'TOKEN', 'NOT_CHECKED'] as const;
export type Signature = (typeof signatures)[number];

/** The content type that CSS documents. Arrivals have it unless another one is stored. */
export const documentedContentType = 'application/json';

/** Printable ASCII, longer than any useful value: it is kept with each callback for ever, and sent on as a header. */
const wellFormedContentType = /^[ -~]{1,256}$/;

/** The content type to store, or the stored one. Undefined: the documented one, or none that can be sent on. */
export function contentTypeToKeep(given: unknown): string | undefined {
  const isKept = typeof given === 'string' && given !== documentedContentType && wellFormedContentType.test(given);
  return isKept ? given : undefined;
}

/** How a callback arrived: the metadata of its event, whose data is the body. */
export interface Arrival {
  /** Our clock, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly signature: Signature;
  /** Address of the sender: personal data. */
  readonly remoteAddress: string;
  /** As sent, if it is not the documented one. */
  readonly contentType?: string | undefined;
  /** Why it is in quarantine, if it is. */
  readonly quarantine?: Quarantined;
  /** Set if it was released from quarantine; all else is from the first receipt. */
  readonly released?: Released;
  /** Set if it was not received but imported from a stored body: the line or file that contained it. */
  readonly captured?: string;
}

/** The event's metadata. Its names never change: see the golden file `arrival-metadata`. */
export function writeArrival({
  receivedAtMs,
  signature,
  remoteAddress,
  contentType,
  quarantine,
  released,
  captured,
}: Arrival): Buffer {
  const metadata = {
    receivedAt: new Date(receivedAtMs).toISOString(),
    signature,
    remoteAddress,
    // JSON omits undefined.
    contentType,
    ...(quarantine && { quarantine }),
    ...(released && { released: writeReleased(released) }),
    captured,
  };
  return Buffer.from(JSON.stringify(metadata));
}

/** Reads what `writeArrival` wrote; null for other metadata. */
export function readArrival(metadata: Uint8Array): Arrival | null {
  const { receivedAt, signature, remoteAddress, contentType, quarantine, released } = readObject(metadata);
  const receivedAtMs = readTime(receivedAt);
  if (receivedAtMs === null || !signatures.includes(signature as Signature)) return null;
  const kept = contentTypeToKeep(contentType);
  const arrival: Arrival = {
    receivedAtMs,
    signature: signature as Signature,
    remoteAddress: typeof remoteAddress === 'string' ? remoteAddress : '',
    ...(kept !== undefined && { contentType: kept }),
  };
  // Nearly all arrivals were never in quarantine.
  if (quarantine === undefined && released === undefined) return arrival;
  const quarantined = readQuarantined(quarantine);
  const release = readReleased(released);
  return { ...arrival, ...(quarantined && { quarantine: quarantined }), ...(release && { released: release }) };
}

/** Seconds from the time at which CSS sends a callback to its `t` (seed 002). */
export const signatureLeadSeconds = 600;

/** `sign` as CSS computes it: lower-case hex MD5 of the key followed by the decimal `t` (seed 002). */
export function signatureOf(key: string, t: number): string {
  return hash('md5', `${key}${t}`);
}
