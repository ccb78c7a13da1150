/** What a URL under /callbacks names. */
export interface CallbackUrl {
  /** Whether it is that of the endpoint: `/callbacks/css`, or with a token `/callbacks/css/<token>`. */
  readonly isEndpoint: boolean;
  /** The last segment, decoded; null without one. */
  readonly token: string | null;
  /** False if the percent-encoding is not valid, or the token is longer than any that is set. */
  readonly isReadable: boolean;
}

/** Characters of a token: more than any listed one has. */
const tokenCharactersMax = 256;

/** Nearly every URL of CSS: nothing has to be decoded. */
const plainUrl = /^\/callbacks\/css(?:\/([\w.~-]{1,256}))?\/?(?:\?|$)/;

/**
 * Reads a URL, null if it is not under /callbacks. A slash more at the end, or in between, changes nothing: CSS sends relay
 * callbacks once, so one that a typing mistake leads elsewhere would be lost.
 */
export function readCallbackUrl(url: string): CallbackUrl | null {
  const [isPlain, plainToken = null] = plainUrl.exec(url) ?? [];
  if (isPlain !== undefined) return { isEndpoint: true, token: plainToken, isReadable: true };
  // The absolute form, which a client sends to a proxy (RFC 9112, 3.2.2), has the host before the path.
  const path = url
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
    .replaceAll(/\/{2,}/g, '/');
  if (!/^\/callbacks(\/|$)/.test(path)) return null;
  const match = /^\/callbacks\/css(?:\/([^/]+))?\/?$/.exec(path);
  if (match === null) return { isEndpoint: false, token: null, isReadable: true };
  const [, encoded] = match;
  const token = encoded === undefined ? null : decode(encoded);
  const isReadable = token === null ? encoded === undefined : token.length <= tokenCharactersMax;
  return { isEndpoint: true, token, isReadable };
}

function decode(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
