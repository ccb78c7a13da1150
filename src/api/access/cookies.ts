import { parseCookie, stringifySetCookie } from 'cookie';

/** Begins the name of a cookie that browsers take by TLS alone, and for one host alone: a page of a neighbouring host can't set it. */
const securePrefix = '__Host-';

/** The cookie of this name; null without one. */
export function readCookie(
  header: string,
  name: string,
): { readonly value: string | null; readonly isSecure: boolean } {
  const cookies = parseCookie(header);
  const secure = cookies[securePrefix + name];
  return { value: secure ?? cookies[name] ?? null, isSecure: secure !== undefined };
}

export interface CookieAttributes {
  /** Whether the page came by TLS. */
  readonly isSecure: boolean;
  /** 0: the browser forgets it. */
  readonly ageMs: number;
  readonly sameSite: 'strict' | 'lax';
}

/** The header Set-Cookie of one that no script can read. */
export function writeCookie(name: string, value: string, { isSecure, ageMs, sameSite }: CookieAttributes): string {
  const maxAge = Math.max(0, Math.floor(ageMs / 1_000));
  const attributes = { path: '/', httpOnly: true, secure: isSecure, sameSite, maxAge };
  return stringifySetCookie(isSecure ? securePrefix + name : name, value, attributes);
}
