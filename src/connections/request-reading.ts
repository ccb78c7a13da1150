import proxyAddr from '@fastify/proxy-addr';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { requestIdHeader, type Refusal } from './refusals.ts';

/** How the id and the sender's address of a request are read. */
export type RequestReading = ReturnType<typeof readRequests>;

/** Accepted ids of proxies: short and of few characters, because they are written to log lines and headers. */
const wellFormed = /^[\w.-]{8,64}$/;

/** Reads what depends on the trusted proxies; `trustProxy` has their addresses and subnets. */
export function readRequests(trustProxy: readonly string[]) {
  const isTrustedProxy = trusting(trustProxy);
  return {
    /**
     * The id of a request: that of a trusted proxy in `x-request-id`, so that its log and ours can be compared, else a random
     * one. The header of anyone else is ignored, because it could be a secret, or the id of another request.
     */
    idOf: ({ headers, socket: { remoteAddress } }: IncomingMessage): string => {
      const given = headers[requestIdHeader];
      const isAccepted =
        typeof given === 'string' &&
        wellFormed.test(given) &&
        remoteAddress !== undefined &&
        isTrustedProxy(remoteAddress);
      return isAccepted ? given : randomUUID();
    },
    /** The address of the sender, as trusted proxies report it; empty once its connection is gone. */
    addressOf: (request: IncomingMessage): string =>
      (trustProxy.length === 0 ? request.socket.remoteAddress : proxyAddr(request, isTrustedProxy)) ?? '',
  };
}

/** Returns a check of whether an address is one of the proxies, or in one of their subnets. */
export function trusting(proxies: readonly string[]): (address: string) => boolean {
  const isTrusted = proxyAddr.compile([...proxies]);
  return (address) => isTrusted(address, 0);
}

/** Paths that only the recorder serves: callbacks, and probes. The absolute form of a URL has the host before the path. */
const recorderPath = /^(https?:\/\/[^/?#]*)?\/+(callbacks(\/|\?|$)|healthz(\?|$)|readyz(\/|\?|$)|metrics(\?|$))/i;

/**
 * Whether a request is the recorder's, which answers it then, if only that there is no such route. A proxy that keeps its
 * connections sends such requests on any of them, so the reader asks this too, and passes them on.
 */
export function isRecorderPath(url: string): boolean {
  return recorderPath.test(url);
}

/** The token in a header Authorization; undefined: it has none. */
export function bearerOf(authorization = ''): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

/** Whose web pages may use this service, besides its own. */
export interface PageRules {
  /** CORS_ORIGINS, each as browsers send it in the header Origin. */
  readonly corsOrigins: readonly string[];
  /** Whether to believe X-Forwarded-Host of this address. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/** The refusal of a page of another origin. Its message is short because it is also a reason in close frames of WebSockets. */
export const foreignPage: Refusal = {
  status: 403,
  error: 'ORIGIN_NOT_ALLOWED',
  message: 'A web page of another origin asked. Add its origin to CORS_ORIGINS to let it.',
};

/**
 * Whether a request comes from a web page of another origin. Browsers let a page send requests to any server, and read
 * the messages of any WebSocket, but name the page's origin in headers that pages can't set. Programs send neither
 * header.
 */
export function isForeignPage(request: IncomingMessage, rules: PageRules): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && rules.corsOrigins.includes(origin)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && !isOwnOrigin(origin, request, rules);
}

/** Whether an origin, or the URL of a page, is of this service, as it was requested. */
export function isOwnOrigin(origin: string, request: IncomingMessage, rules: PageRules): boolean {
  return URL.canParse(origin) && ownHosts(request, rules).includes(new URL(origin).host);
}

/** The origin that was requested, as far as a trusted proxy or the header Host says it. */
export function requestedOrigin(request: IncomingMessage, rules: PageRules): string {
  const { headers, socket } = request;
  const isByTls = headers['x-forwarded-proto'] === 'https' && rules.isTrustedProxy(socket.remoteAddress ?? '');
  return `${isByTls ? 'https' : 'http'}://${ownHosts(request, rules).at(-1) ?? ''}`;
}

/**
 * Whether this service's own page, and none of CORS_ORIGINS, sends a request: browsers add cookies whoever it is. They add no Origin only to a GET of
 * the same origin, and to links.
 */
export function isOwnPage(request: IncomingMessage, rules: PageRules): boolean {
  const { origin, 'sec-fetch-site': site = 'same-origin' } = request.headers;
  if (site !== 'same-origin' && site !== 'none') return false;
  if (origin !== undefined) return isOwnOrigin(origin, request, rules);
  return request.method === 'GET' || request.method === 'HEAD';
}

/** The host that was requested, and the one that was requested from a trusted proxy. */
function ownHosts({ headers, socket: { remoteAddress } }: IncomingMessage, { isTrustedProxy }: PageRules): string[] {
  const forwarded = headers['x-forwarded-host'];
  const isBelieved = remoteAddress !== undefined && isTrustedProxy(remoteAddress);
  return [headers.host, isBelieved ? forwarded : undefined]
    .flat()
    .flatMap((hosts) => (hosts ?? '').split(',').map((host) => host.trim()))
    .filter((host) => host !== '');
}

/** Whether a host, as it is listened on or requested, is this machine itself, whatever a name server says. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Whether the header Host names this machine. The page of a domain that resolves to 127.0.0.1 could read answers otherwise, but its
 * browser sends that domain. `X-Forwarded-Host` does not count, because a web page can set it.
 */
export function isOwnHost({ host }: IncomingHttpHeaders): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{0,5})?$/.exec(host ?? '') ?? [];
  return isLoopback(bracketed ?? plain ?? '');
}
