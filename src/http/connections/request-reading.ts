import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { requestIdHeader } from '../refusals/refusal.ts';

/** What depends on which proxies are trusted. */
export interface RequestReading {
  /**
   * Gives each request its id: that of a trusted proxy in `x-request-id`, so that its log and ours can be compared, else a
   * random one. Anybody else's header is ignored: it could be a secret, or the id of another request.
   */
  readonly idOf: (request: IncomingMessage) => string;
  /** The address of the sender, as trusted proxies name it; empty once its connection is gone. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/** Ids from elsewhere that are accepted: short and of few characters, because they are written to log lines and headers. */
const wellFormed = /^[\w.-]{8,64}$/;

/** `trustProxy`: addresses of proxies, and subnets of them. */
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

/** Whether an address is that of a proxy, or in a subnet of proxies. */
export function trusting(proxies: readonly string[]): (address: string) => boolean {
  const isTrusted = proxyAddr.compile([...proxies]);
  return (address) => isTrusted(address, 0);
}
