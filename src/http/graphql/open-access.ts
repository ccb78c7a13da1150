import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { ApiAccess } from './api-tokens.ts';

/*
 * Without API_TOKENS everybody who can connect is an operator. The browser of somebody on this machine can connect too, for
 * any web page that it shows; these checks keep such pages out.
 */

/** Whether a host, as it is listened on or requested, is this machine itself, whatever a name server says. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Whether the `Host` header may be sent by callers without a token: only the names of this machine itself. The page of a
 * domain that resolves to 127.0.0.1 could read answers otherwise, but its browser sends that domain. Not
 * `X-Forwarded-Host`, which a web page can set.
 */
export function isHostAllowed({ mode }: ApiAccess, hostHeader: string | undefined): boolean {
  if (mode !== 'open') return true;
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{0,5})?$/.exec(hostHeader ?? '') ?? [];
  return isLoopback(bracketed ?? plain ?? '');
}

/** Says why a request for another host is refused while there are no tokens, and how to allow it. */
export const hostNotAllowedMessage =
  'Without API_TOKENS, GraphQL is served only to requests for localhost, 127.0.0.1 or [::1]. Use one of these hosts, or set API_TOKENS.';

/** Whether a request for a WebSocket may come from this origin. Browsers let any page open and read a WebSocket anywhere. */
export function isOriginAllowed({ mode }: ApiAccess, { headers: { origin, host } }: IncomingMessage): boolean {
  if (mode !== 'open' || origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
