import type { IncomingMessage } from 'node:http';

/** Whose web pages may use GraphQL, beside this server's own. */
export interface PageRules {
  /** CORS_ORIGINS, each as browsers send it in the header Origin. */
  readonly corsOrigins: readonly string[];
  /** Whether X-Forwarded-Host of this address is believed. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/** The message of ORIGIN_NOT_ALLOWED. Short: it is also a reason in close frames of WebSockets. */
export const foreignPageMessage = 'A web page of another origin asked. Add its origin to CORS_ORIGINS to let it.';

/** What the rules are applied to. */
export type RequestHead = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * Whether a request shows that a web page of another origin asks. Browsers let a page ask any server, and read the messages
 * of any WebSocket, but say whose page it is, by headers that pages can't set. Programs send neither header.
 */
export function isForeignPage(request: RequestHead, rules: PageRules): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && rules.corsOrigins.includes(origin)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && !(URL.canParse(origin) && ownHosts(request, rules).includes(new URL(origin).host));
}

/** The host that was requested, and the one that was requested of a trusted proxy. */
function ownHosts({ headers, socket: { remoteAddress } }: RequestHead, { isTrustedProxy }: PageRules): string[] {
  const forwarded = headers['x-forwarded-host'];
  const isBelieved = remoteAddress !== undefined && isTrustedProxy(remoteAddress);
  return [headers.host, isBelieved ? forwarded : undefined]
    .flat()
    .flatMap((hosts) => (hosts ?? '').split(',').map((host) => host.trim()));
}
