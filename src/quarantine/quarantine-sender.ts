import { createHash } from 'node:crypto';
import { ipv4Of, readAddress } from '../kernel/addresses.ts';

/** The sender of every callback whose address can't be read, and of all senders beyond those that are distinguished. */
export const unknownSender = 'unknown';

/** What follows the reason in the name of a stream. Names on disk: they never change. */
export const senderPattern = /^(?:[0-9a-f]{16}|unknown)$/;

/**
 * Who sent a callback, as a word for the name of a stream: a short hash of the network of the address. An IPv4 address is
 * its own network, also where it is written as an IPv6 one. Of an IPv6 address it is the first 64 bits: whoever has one
 * address has all of these. The hash hides no address from whoever tries them all; it keeps them out of names and metrics.
 */
export function senderOf(remoteAddress: string): string {
  const network = networkOf(remoteAddress);
  return network === null ? unknownSender : createHash('sha256').update(network).digest('hex').slice(0, 16);
}

/** In one form for each network; null if it is no address. */
function networkOf(address: string): string | null {
  const groups = readAddress(address);
  if (groups === null) return null;
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return ipv4Of(groups) ?? `${network.join(':')}::/64`;
}
