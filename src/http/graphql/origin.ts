import type { IncomingMessage } from 'node:http';
import type { ApiAccess } from './api-tokens.ts';

/**
 * Whether a request comes from no web page, or from one of this server, or has to show a token anyway. Browsers let any page
 * open a WebSocket anywhere and read it; where everybody who reaches the port may ask, every page that is open on the machine
 * could.
 */
export function isOriginAllowed({ mode }: ApiAccess, { headers: { origin, host } }: IncomingMessage): boolean {
  if (mode !== 'open' || origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
