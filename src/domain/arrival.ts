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
}

/** The metadata as it stands in the log. These names are for ever: `test/fixtures/golden/` holds them. */
export function writeArrival({ receivedAtMs, signature, remoteAddress }: Arrival): Buffer {
  return Buffer.from(JSON.stringify({ receivedAt: new Date(receivedAtMs).toISOString(), signature, remoteAddress }));
}

/** Reads metadata back; null where it is not ours. */
export function readArrival(metadata: Uint8Array): Arrival | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(metadata).toString());
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { receivedAt, signature, remoteAddress } = value as Record<string, unknown>;
  const receivedAtMs = typeof receivedAt === 'string' ? Date.parse(receivedAt) : NaN;
  if (Number.isNaN(receivedAtMs) || !signatures.includes(signature as Signature)) return null;
  return {
    receivedAtMs,
    signature: signature as Signature,
    remoteAddress: typeof remoteAddress === 'string' ? remoteAddress : '',
  };
}
