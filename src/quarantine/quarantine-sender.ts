import { createHash } from 'node:crypto';

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
  const ipv4 = readIpv4(address);
  if (ipv4 !== null) return ipv4.join('.');
  const groups = readIpv6(address);
  if (groups === null) return null;
  const [mark = 0, high = 0, low = 0] = groups.slice(5);
  const isMapped = mark === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

function readIpv4(text: string): number[] | null {
  const parts = text.split('.');
  const isAddress = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return isAddress ? parts.map(Number) : null;
}

/** The eight groups of 16 bits. */
function readIpv6(address: string): number[] | null {
  // A zone, such as in `fe80::1%eth0`, names an interface of ours.
  const [text = ''] = address.split('%');
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left, right] = halves.map(readGroups);
  if (left === undefined || left === null || right === null) return null;
  if (right === undefined) return left.length === 8 ? left : null;
  const missing = 8 - left.length - right.length;
  return missing < 1 ? null : [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

/** Groups between colons; the last may be an IPv4 address, which makes two. */
function readGroups(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    const [a = 0, b = 0, c = 0, d = 0] = readIpv4(part) ?? [];
    if (part.includes('.')) {
      if (readIpv4(part) === null) return null;
      groups.push(a * 256 + b, c * 256 + d);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}
