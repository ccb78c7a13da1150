import type { Quarantined, Released } from '../quarantine/quarantine.ts';
import { readQuarantined, readReleased, writeReleased } from '../quarantine/quarantine-records.ts';
import { readObject, readTime } from './json-object.ts';

/** Seconds that `t` may be off either way: CSS sends now + 600 and retries for up to 15 minutes, re-stamped or not. */
export const signatureToleranceSeconds = 900;

/**
 * How a callback proved where it came from. TOKEN: by a listed token in its URL, whatever its signature says.
 * EXPIRED: a right signature, but its `t` is too far from our clock. NOT_CHECKED: neither keys nor tokens are set.
 */
export const signatures = ['VALID', 'EXPIRED', 'INVALID', 'UNSIGNED', 'TOKEN', 'NOT_CHECKED'] as const;
export type Signature = (typeof signatures)[number];

/** The content type of CSS, as it documents it: of an arrival without another one. */
export const documentedContentType = 'application/json';

/** Printable ASCII, and longer than any that is of use: it is kept with each callback for ever, and sent on as a header. */
const wellFormedContentType = /^[ -~]{1,256}$/;

/** The content type to keep of a request, or that was kept. Undefined: the documented one, or none that can be sent on. */
export function contentTypeToKeep(given: unknown): string | undefined {
  const isKept = typeof given === 'string' && given !== documentedContentType && wellFormedContentType.test(given);
  return isKept ? given : undefined;
}

/** How a callback arrived: the metadata of its event, beside the body that is the event's data. */
export interface Arrival {
  /** Our clock, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly signature: Signature;
  /** Address of the sender: personal data. */
  readonly remoteAddress: string;
  /** As it was sent, where it is not the documented one. */
  readonly contentType?: string | undefined;
  /** Why it is in quarantine, if it is. */
  readonly quarantine?: Quarantined;
  /** Set if it was released from quarantine; everything else is of the first receipt. */
  readonly released?: Released;
  /** Set if it was not received but imported as a body that something else had kept: the line or the file that it was. */
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
    // JSON leaves out what is undefined.
    contentType,
    ...(quarantine && { quarantine }),
    ...(released && { released: writeReleased(released) }),
    captured,
  };
  return Buffer.from(JSON.stringify(metadata));
}

/** Reads what `writeArrival` wrote; null for metadata of others. */
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
  // Nearly all arrivals have nothing to do with quarantine.
  if (quarantine === undefined && released === undefined) return arrival;
  const quarantined = readQuarantined(quarantine);
  const release = readReleased(released);
  return { ...arrival, ...(quarantined && { quarantine: quarantined }), ...(release && { released: release }) };
}
