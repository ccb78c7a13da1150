/**
 * Why pushes end, by the vendor's "stream interruption records" page. Kept apart from the table of the service, so that
 * a mistake there shows as a difference.
 */
export interface PushEndCode {
  readonly code: number;
  /** `errmsg`: made up here; the vendor documents only that of code 1. */
  readonly message: string;
  /** Expected `endCause.side`. For 21 it is TAKEOVER if a newer push of the stream began within 10 s of the end. */
  readonly side: string;
}

const sides: readonly (readonly [side: string, message: string, codes: readonly number[]])[] = [
  ['CLIENT', 'The push client actively stopped the push', [1, 2, 3, 4, 35]],
  ['CLIENT', 'rtmp content error', [6, 23]],
  ['CLIENT', 'rtmp frame too large', [7, 39]],
  ['CLIENT', 'rtmp amf error', [33]],
  ['NETWORK', 'no data for a long time', [8, 20]],
  ['NETWORK', 'network error', [12, 13, 14, 15, 16, 17]],
  ['PLATFORM', 'internal error', [5, 9, 11, 24, 38]],
  ['PLATFORM', 'interrupted by proxy', [10]],
  ['PLATFORM', 'no viewer', [37]],
  ['CONFIGURATION', 'forbidden by rule', [18]],
  ['AUTH', 'auth failed', [19]],
  ['OPERATOR', 'drop by api or new push', [21]],
  ['UNKNOWN', 'unknown', [0, 22, 25, 26, 27, 28, 29, 30, 31, 32, 34, 36]],
  // Not on the vendor's page, which grows.
  ['UNKNOWN', 'unknown', [97]],
];

/** The code of a push that was ended by an API call, or replaced by a newer push of its stream. */
export const requestedEndCode = 21;

export const pushEndCodes: readonly PushEndCode[] = sides.flatMap(([side, message, codes]) =>
  codes.map((code) => ({ code, message, side })),
);

/** The documented message and side of an end code; side `UNKNOWN` for a code that is not documented. */
export function pushEndCodeOf(code: number): PushEndCode {
  return pushEndCodes.find((known) => known.code === code) ?? { code, message: 'unknown', side: 'UNKNOWN' };
}
