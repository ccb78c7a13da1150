import type { Quarantined, Released } from '../quarantine/quarantine.ts';
import { readTime } from './metadata-values.ts';
import { readQuarantined, readReleased, tellReleased } from '../quarantine/quarantine-metadata.ts';

/**
 * Seconds that `t` may be off our clock on either side: CSS sends t = now + 600, and retries for up to 15 minutes,
 * re-stamped or not.
 */
export const signatureToleranceSeconds = 900;

/**
 * How a callback proved where it comes from. TOKEN: by a listed token in its URL, whatever its signature says.
 * EXPIRED: a right signature, but its `t` is too far from our clock. NOT_CHECKED: neither keys nor tokens are set.
 */
export const signatures = ['VALID', 'EXPIRED', 'INVALID', 'UNSIGNED', 'TOKEN', 'NOT_CHECKED'] as const;
export type Signature = (typeof signatures)[number];

/** How a callback arrived: what the metadata of its event says, beside the body that is the event's data. */
export interface Arrival {
  /** Our clock, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly signature: Signature;
  /** Address of the sender: personal data. */
  readonly remoteAddress: string;
  /** Of an arrival in quarantine: why. */
  readonly quarantine?: Quarantined;
  /** Of an arrival that was released from quarantine. All else is told of the first receipt. */
  readonly released?: Released;
}

/** The metadata as it stands in the log. These names are for ever: `test/fixtures/golden/` holds them. */
export function writeArrival({ receivedAtMs, signature, remoteAddress, quarantine, released }: Arrival): Buffer {
  const metadata = {
    receivedAt: new Date(receivedAtMs).toISOString(),
    signature,
    remoteAddress,
    ...(quarantine && { quarantine }),
    ...(released && { released: tellReleased(released) }),
  };
  return Buffer.from(JSON.stringify(metadata));
}

/** Reads metadata back; null where it is not ours. */
export function readArrival(metadata: Uint8Array): Arrival | null {
  let value: unknown;
  try {
    // A view of the same bytes: a buffer made from an array copies it.
    value = JSON.parse(Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength).toString());
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { receivedAt, signature, remoteAddress, quarantine, released } = value as Record<string, unknown>;
  const receivedAtMs = readTime(receivedAt);
  if (receivedAtMs === null || !signatures.includes(signature as Signature)) return null;
  const whyHeld = readQuarantined(quarantine);
  const whenReleased = readReleased(released);
  return {
    receivedAtMs,
    signature: signature as Signature,
    remoteAddress: typeof remoteAddress === 'string' ? remoteAddress : '',
    ...(whyHeld && { quarantine: whyHeld }),
    ...(whenReleased && { released: whenReleased }),
  };
}
