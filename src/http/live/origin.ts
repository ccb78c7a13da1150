import type { IncomingMessage } from 'node:http';

/**
 * Whether a request comes from no web page, or from one of this server. Browsers let any page open a WebSocket anywhere and
 * read it; where everybody who reaches the port may ask, every page that is open on the machine could.
 */
export function isOfThisSite({ headers: { origin, host } }: IncomingMessage): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
