import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses that targets may have, besides public ones. */
export interface AllowedAddresses {
  readonly loopback: boolean;
  /** RFC 1918, and unique local addresses of IPv6. */
  readonly private: boolean;
}

/**
 * Whether a request may go to this address: it must be public or in `allowed`. Link-local addresses are refused too, at
 * which clouds give credentials to whoever asks. An IPv4 address inside an IPv6 one counts as the IPv4 address.
 */
export function isAllowedAddress(address: string, allowed: AllowedAddresses): boolean {
  // The library also reads forms that are no address for the operating system.
  if (isIP(address) === 0 || isDeprecatedForm(address)) return false;
  const range: string = ipaddr.process(address).range();
  if (range === 'loopback') return allowed.loopback;
  if (range === 'private' || range === 'uniqueLocal') return allowed.private;
  return range === 'unicast';
}

/** `::a.b.c.d`, with dots or without: the library takes it for a public address, or for an IPv4 one. */
function isDeprecatedForm(address: string): boolean {
  return /^::\d+\./.test(address) || /^::[0-9a-f]+:[0-9a-f]+$/i.test(address);
}
