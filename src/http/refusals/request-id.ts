import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { requestIdHeader } from './refusal.ts';

/** What an id of somebody else may look like: it goes into log lines and headers, so it is short and of few characters. */
const wellFormed = /^[\w.-]{8,64}$/;

/**
 * Names requests. A proxy that is believed for addresses is believed for its `x-request-id` too, so that its log and ours
 * can be laid side by side; everybody else's is ignored, because it could be anything, a secret or another request's id.
 */
export function createRequestIds(trustProxy: readonly string[]): (request: IncomingMessage) => string {
  const trusted = new BlockList();
  for (const entry of trustProxy) {
    const [address = '', prefix] = entry.split('/');
    const family = familyOf(address);
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  return ({ headers, socket }) => {
    const given = headers[requestIdHeader];
    const { remoteAddress } = socket;
    const believed =
      typeof given === 'string' &&
      wellFormed.test(given) &&
      remoteAddress !== undefined &&
      trusted.check(remoteAddress, familyOf(remoteAddress));
    return believed ? given : randomUUID();
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
