import proxyAddr from '@fastify/proxy-addr';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { requestIdHeader } from './refusals.ts';

/** The id and the sender's address of a request, which depend on the trusted proxies. */
export interface RequestReading {
  /**
   * The id of a request: that of a trusted proxy in `x-request-id`, so that its log and ours can be compared, else a random
   * one. The header of anyone else is ignored, because it could be a secret, or the id of another request.
   */
  readonly idOf: (request: IncomingMessage) => string;
  /** The address of the sender, as trusted proxies report it; empty once its connection is gone. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/** Accepted ids of proxies: short and of few characters, because they are written to log lines and headers. */
const wellFormed = /^[\w.-]{8,64}$/;

/** `trustProxy` has addresses and subnets of proxies. */
export function readRequests(trustProxy: readonly string[]): RequestReading {
  const isTrustedProxy = trusting(trustProxy);
  return {
    idOf({ headers, socket: { remoteAddress } }) {
      const given = headers[requestIdHeader];
      const isAccepted =
        typeof given === 'string' &&
        wellFormed.test(given) &&
        remoteAddress !== undefined &&
        isTrustedProxy(remoteAddress);
      return isAccepted ? given : randomUUID();
    },
    addressOf: (request) =>
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
