import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { requestIdHeader } from './refusal.ts';

/** Ids from elsewhere that are accepted: short and of few characters, because they are written to log lines and headers. */
const wellFormed = /^[\w.-]{8,64}$/;

/**
 * Gives each request its id: that of a trusted proxy in `x-request-id`, so that its log and ours can be compared, else a
 * random one. Anybody else's header is ignored: it could be a secret, or the id of another request.
 */
export function createRequestIds(isTrustedProxy: (address: string) => boolean): (request: IncomingMessage) => string {
  return ({ headers, socket: { remoteAddress } }) => {
    const given = headers[requestIdHeader];
    const isAccepted =
      typeof given === 'string' &&
      wellFormed.test(given) &&
      remoteAddress !== undefined &&
      isTrustedProxy(remoteAddress);
    return isAccepted ? given : randomUUID();
  };
}
