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

/** How a callback arrived: the metadata of its event, beside the body that is the event's data. */
export interface Arrival {
  /** Our clock, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly signature: Signature;
  /** Address of the sender: personal data. */
  readonly remoteAddress: string;
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
  quarantine,
  released,
  captured,
}: Arrival): Buffer {
  const metadata = {
    receivedAt: new Date(receivedAtMs).toISOString(),
    signature,
    remoteAddress,
    ...(quarantine && { quarantine }),
    ...(released && { released: writeReleased(released) }),
    ...(captured !== undefined && { captured }),
  };
  return Buffer.from(JSON.stringify(metadata));
}

/** Reads what `writeArrival` wrote; null for metadata of others. */
export function readArrival(metadata: Uint8Array): Arrival | null {
  const { receivedAt, signature, remoteAddress, quarantine, released } = readObject(metadata);
  const receivedAtMs = readTime(receivedAt);
  if (receivedAtMs === null || !signatures.includes(signature as Signature)) return null;
  const arrival: Arrival = {
    receivedAtMs,
    signature: signature as Signature,
    remoteAddress: typeof remoteAddress === 'string' ? remoteAddress : '',
  };
  // Nearly all arrivals have nothing to do with quarantine.
  if (quarantine === undefined && released === undefined) return arrival;
  const quarantined = readQuarantined(quarantine);
  const release = readReleased(released);
  return { ...arrival, ...(quarantined && { quarantine: quarantined }), ...(release && { released: release }) };
}
