/** The eight groups of 16 bits of an IP address, whatever its notation; an IPv4 address has those of `::ffff:…`. Null: it is none. */
export function readAddress(text: string): readonly number[] | null {
  const ipv4 = readIpv4(text);
  return ipv4 === null ? readIpv6(text) : [...ipv4Mark, ...groupsOf(ipv4)];
}

/** The IPv4 address that these groups represent, with dots; null if they represent none. */
export function ipv4Of(groups: readonly number[]): string | null {
  const [mark = 0, high = 0, low = 0] = groups.slice(5);
  const isMapped = mark === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return isMapped ? [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.') : null;
}

/**
 * The same text for all notations of one address, in the order of the addresses, so that a network is a range of texts. Of a text that is
 * no address, a text outside of all these ranges, and equal for equal texts alone.
 */
export function addressKey(text: string): string {
  // Nearly all are of IPv4, and each push has two.
  const ipv4 = readIpv4(text);
  if (ipv4 !== null) return ipv4Start + hexOf(Math.floor(ipv4 / 2 ** groupBits)) + hexOf(ipv4 % 2 ** groupBits);
  const groups = readIpv6(text);
  return groups === null ? `${textKeyMark}${text}` : keyOf(groups);
}

/** The same for a column that may be empty. */
export const addressKeyOrNull = (text: string | null) => (text === null ? null : addressKey(text));

/** Begins the key of a text that is no address: after every hex digit. */
export const textKeyMark = '~';

/** The first and the last of the keys of a network, such as `10.0.0.0/8` or `2001:db8::/32`; null if the text is none. */
export function networkKeys(text: string): { readonly first: string; readonly last: string } | null {
  const [, address = '', length = ''] = /^([^/%]+)\/(\d{1,3})$/.exec(text.trim()) ?? [];
  const groups = readAddress(address);
  if (groups === null) return null;
  const bits = Number(length) + (readIpv4(address) === null ? 0 : addressBits - ipv4Bits);
  if (bits > addressBits) return null;
  const hostMasks = groups.map((_group, index) => 0xffff >> Math.min(groupBits, Math.max(0, bits - index * groupBits)));
  return {
    first: keyOf(groups.map((group, index) => group & ~(hostMasks[index] ?? 0))),
    last: keyOf(groups.map((group, index) => group | (hostMasks[index] ?? 0))),
  };
}

/** The network of an address, as a provider or a site of one has it: `10.1.2.0/24`, `2001:db8:1::/48`. Null: the text is no address. */
export function networkOf(text: string): string | null {
  const groups = readAddress(text);
  if (groups === null) return null;
  const ipv4 = ipv4Of(groups);
  if (ipv4 !== null) return `${ipv4.slice(0, ipv4.lastIndexOf('.'))}.0/24`;
  const site = groups.slice(0, 3).map((group) => group.toString(16));
  return `${site.join(':')}::/48`;
}

const addressBits = 128;
const ipv4Bits = 32;
const groupBits = 16;

/** The groups before those of an IPv4 address. */
const ipv4Mark = [0, 0, 0, 0, 0, 0xffff];
const ipv4Start = keyOf([...ipv4Mark, 0, 0]).slice(0, -ipv4Bits / 4);

/** How many groups follow those that are 0 at the beginning, and these in hex digits: each row has two keys, nearly all of IPv4. */
function keyOf(groups: readonly number[]): string {
  const begin = groups.findIndex((group) => group !== 0);
  const rest = begin === -1 ? [] : groups.slice(begin);
  return [rest.length, ...rest.map(hexOf)].join('');
}

/** Four digits. Added to a bit before them: this takes a third less time than padding. */
function hexOf(group: number): string {
  return (2 ** groupBits + group).toString(16).slice(1);
}

/** The 32 bits of an IPv4 address; null: it is none. Digit by digit, because each push and each interruption has two. */
function readIpv4(text: string): number | null {
  let address = 0;
  let bytes = 0;
  let byte = 0;
  let digits = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const digit = text.charCodeAt(at) - zeroCode;
    if (digit >= 0 && digit <= 9) {
      byte = byte * 10 + digit;
      digits += 1;
    } else {
      const isEnd = at === text.length || text[at] === '.';
      if (!isEnd || digits === 0 || digits > 3 || byte > 255) return null;
      address = address * 256 + byte;
      bytes += 1;
      byte = 0;
      digits = 0;
    }
  }
  return bytes === 4 ? address : null;
}

const zeroCode = '0'.charCodeAt(0);

function groupsOf(ipv4: number): readonly number[] {
  return [Math.floor(ipv4 / 2 ** groupBits), ipv4 % 2 ** groupBits];
}

function readIpv6(address: string): readonly number[] | null {
  // A zone, such as in `fe80::1%eth0`, names an interface of the machine that writes it.
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
function readGroups(text: string): readonly number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    const ipv4 = readIpv4(part);
    if (ipv4 !== null) groups.push(...groupsOf(ipv4));
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}
