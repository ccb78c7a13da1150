import type { IncomingMessage } from 'node:http';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseCookie, stringifySetCookie } from 'cookie';
import { secretDigest } from '../../kernel/encoding.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { isOwnPage, type PageRules } from '../../connections/request-reading.ts';
import type { TokenUse } from './identities.ts';

/** Milliseconds for which a session lasts, if its token does: a week, so that nobody on call looks for a token at night. */
export const sessionMsMax = 7 * 24 * 60 * 60_000;

/** Milliseconds for which a browser keeps the cookie longer, so that whoever comes back reads that the session has expired. */
const cookieKeptMs = 30 * 24 * 60 * 60_000;

/** Bytes of a cookie with its name: browsers keep no larger one. */
const cookieBytesMax = 4_096;

/** Sessions that were signed out, remembered until this process ends, about 100 bytes each. The oldest are forgotten. */
const signedOutMax = 10_000;

/** The token that somebody signed in with. */
export interface SessionToken {
  readonly token: string;
  readonly use: TokenUse;
  /** When the session ends, if the token does not before. */
  readonly untilMs: number;
}

/**
 * Sessions of browsers, in cookies. A cookie has the token that its owner signed in with, encrypted, and the token is examined with each request as
 * if it had been sent: a session ends with its token, survives restarts, and is taken by every node of the log.
 */
export class Sessions {
  private readonly signedOut = new Set<string>();
  private keys: { readonly key: Buffer; readonly cookie: string } | null = null;

  /** `secret` is that of the log; null while the log can't be read. */
  constructor(
    private readonly secret: () => string | null,
    private readonly rules: PageRules,
  ) {}

  /**
   * The session of a request; null: it has none, or another page than this service's own has sent it; undefined: it can't be known while the log can't be
   * read.
   */
  read(request: IncomingMessage): SessionToken | null | undefined {
    const { headers } = request;
    if (headers.cookie === undefined || !isOwnPage(request, this.rules)) return null;
    const known = this.known();
    if (known === null) return undefined;
    const { key, cookie } = known;
    const { value, isSecure } = readCookie(headers.cookie, cookie);
    // A page that was changed on its way has the same host, without TLS.
    if (value === null || (isSecure && headers.origin?.startsWith('http:') === true)) return null;
    if (this.signedOut.has(secretDigest(value))) return null;
    const opened = unseal(value, key);
    return opened === null ? null : (JSON.parse(opened) as SessionToken);
  }

  /** The header Set-Cookie that begins a session. @throws LedgerError - the token is too long for a cookie, or the log can't be read */
  begin(session: SessionToken, isSecure: boolean, nowMs: number): string {
    const { key, cookie } = this.known() ?? unreadable();
    const ageMs = session.untilMs - nowMs + cookieKeptMs;
    const header = writeCookie(cookie, seal(JSON.stringify(session), key), { isSecure, ageMs, sameSite: 'strict' });
    if (header.indexOf(';') > cookieBytesMax) throw tooLong;
    return header;
  }

  /** Ends the session of a request, and all copies of its cookie while this process runs. Returns the headers Set-Cookie. @throws LedgerError - the log can't be read */
  end({ headers }: IncomingMessage): string[] {
    const { cookie } = this.known() ?? unreadable();
    const { value } = readCookie(headers.cookie ?? '', cookie);
    if (value !== null) this.signedOut.add(secretDigest(value));
    if (this.signedOut.size > signedOutMax) this.signedOut.delete(String(this.signedOut.keys().next().value));
    return [true, false].map((isSecure) => writeCookie(cookie, '', { isSecure, ageMs: 0, sameSite: 'strict' }));
  }

  private known() {
    const secret = this.keys === null ? this.secret() : null;
    if (secret !== null) {
      // Another one for another ledger on the same host: cookies know no port.
      const cookie = `live-ledger-${keyFor('name of the cookie', secret).toString('hex', 0, 4)}`;
      this.keys = { key: keyFor('sessions', secret), cookie };
    }
    return this.keys;
  }
}

const tooLong = new LedgerError(
  'BAD_REQUEST',
  'The token is too long for a cookie, which has at most 4,096 bytes. Use one with fewer claims.',
);

/** @throws LedgerError - STORE_UNAVAILABLE */
function unreadable(): never {
  throw new LedgerError(
    'STORE_UNAVAILABLE',
    'This node has no copy of the log yet, without which it reads no session.',
  );
}

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Bytes of what is sealed, before it is compressed: twice what a cookie holds. */
const openedBytesMax = 16 * 1024;

/** A key for one purpose, from the secret of the log, which every node of it has. */
export function keyFor(purpose: string, secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `live-ledger ${purpose}`, keyBytes));
}

/** Encrypts a text that this service alone can read and make. A JWT does not grow: it is compressed first. */
export function seal(text: string, key: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  const sealed = Buffer.concat([cipher.update(deflateRawSync(text)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** The text; null if it was not sealed with this key. */
export function unseal(sealed: string, key: Buffer): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= nonceBytes + tagBytes) return null;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
    return inflateRawSync(opened, { maxOutputLength: openedBytesMax }).toString();
  } catch {
    return null;
  }
}

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

interface CookieAttributes {
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
