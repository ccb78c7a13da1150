import type { Unclear, UnclearPart } from '../../format/read-time.ts';

/** What a text names: some of the parts of a stream's address, or something with a form of its own. */
export type Named =
  | { readonly kind: 'STREAM'; readonly domain?: string; readonly path?: string; readonly streamId?: string }
  | { readonly kind: 'SEQUENCE' | 'ADDRESS' | 'FILE' | 'TASK' | 'TEXT'; readonly text: string }
  | { readonly kind: 'CODE'; readonly code: number; readonly text: string }
  | { readonly kind: 'NOTHING' };

/** A name that was read, and the parts of the text that mean nothing. */
export interface NameRead {
  readonly named: Named;
  readonly unclear: readonly UnclearPart[];
}

const nothing: Named = { kind: 'NOTHING' };

/** The codes that exits of Linux programs have, by their names. */
export type ErrnoCodes = ReadonlyMap<string, number>;

/** Reads a text without a time: a URL, a sequence, an address, a code, a file, the address of a stream, or a name. */
export function readName(typed: string, errnos: ErrnoCodes): NameRead {
  const text = unquoted(typed);
  if (text === '') return { named: nothing, unclear: [] };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readUrl(text);
  const digits = text.replace(/[\s,.’']/g, '');
  if (/^\d{18,19}$/.test(digits)) return read({ kind: 'SEQUENCE', text: digits });
  // A spreadsheet has rounded a sequence.
  if (/^\d([.,]\d+)?E\+?1[78]$/i.test(text)) return isUnclear(text, 'rounded');
  if (/^\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?$/.test(text)) return readIpv4(text);
  if (/^\[?[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*(\](:\d{1,5})?)?$/i.test(text)) {
    return read({ kind: 'ADDRESS', text: text.replace(/^\[|\].*$/g, '') });
  }
  const code = codeOf(text, errnos);
  if (code !== null) return read({ kind: 'CODE', code, text });
  if (filePattern.test(text)) return read({ kind: 'FILE', text: text.slice(text.lastIndexOf('/') + 1) });
  return read(text.includes('/') && !/\s/.test(text) ? ofSegments(text.split('/')) : { kind: 'TEXT', text });
}

const filePattern = /^[^?#]+\.(mp4|flv|m3u8|ts|mkv|mov|avi|webm|mp3|aac|m4a|wav)$/i;

const read = (named: Named): NameRead => ({ named, unclear: [] });
const isUnclear = (part: string, why: Unclear): NameRead => ({ named: nothing, unclear: [{ part, why }] });

/** Without what surrounds a text in a message, a table or a spreadsheet. */
function unquoted(typed: string): string {
  return typed
    .trim()
    .replace(/^[=]?["'“”‘’«»`(<]+|["'“”‘’«»`)>,;]+$/g, '')
    .trim();
}

function readIpv4(text: string): NameRead {
  const [address = ''] = text.split(':');
  const isRight = address.split('.').every((part) => Number(part) < 256);
  return isRight ? read({ kind: 'ADDRESS', text: address }) : isUnclear(text, 'address');
}

/** -22, code 8, (code 8), EINVAL. */
function codeOf(text: string, errnos: ErrnoCodes): number | null {
  const number = /^(?:(?:code|errcode|exit code)\s*[:=]?\s*)?([-−]?\d{1,5})$/i.exec(text)?.[1];
  if (number !== undefined) return Number(number.replace('−', '-'));
  return errnos.get(text.toUpperCase()) ?? null;
}

/** A domain has a dot; what follows is the path, and then the stream. */
function ofSegments(segments: readonly string[]): Named {
  const all = segments.filter((segment) => segment !== '');
  const [first = ''] = all;
  const hasDomain = /^[^\s.]+(\.[^\s.]+)+$/.test(first);
  const names = hasDomain ? all.slice(1) : all;
  const path = names.slice(0, -1).join('/');
  const streamId = names.at(-1);
  return {
    kind: 'STREAM',
    ...(hasDomain && { domain: first.toLowerCase().replace(/:\d+$/, '') }),
    ...(path !== '' && { path }),
    ...(streamId !== undefined && { streamId }),
  };
}

/** The address of a push or a play, of a source file, or of a page of this console. */
function readUrl(text: string): NameRead {
  // As if it were of the web: URLs of other schemes have no hosts in the standard.
  const asWeb = text.replace(/^[a-z][a-z0-9+.-]*:/i, 'https:');
  if (!URL.canParse(asWeb)) return isUnclear(withoutSecrets(text), 'url');
  const { hostname, pathname, searchParams } = new URL(asWeb);
  const scheme = text.slice(0, text.indexOf(':')).toLowerCase();
  const srt = /(?:^|[?&])streamid=(?:#!::)?([^&]*)/i.exec(decoded(text.slice(text.indexOf('?')))) ?? null;
  if (scheme === 'srt')
    return srt === null ? isUnclear(withoutSecrets(text), 'url') : ofStreamId(srt[1] ?? '', hostname);
  const segments = pathname.split('/').filter((segment) => segment !== '');
  if (/^https?$/.test(scheme)) {
    const page = ofPage(segments, searchParams);
    if (page !== null) return read(page);
    const file = decoded(segments.at(-1) ?? '');
    // A play of a stream has a suffix too, so such a name is looked for among both.
    if (filePattern.test(file)) return read({ kind: 'FILE', text: file });
  }
  if (segments.length === 0) return isUnclear(withoutSecrets(text), 'url');
  // The server of an encoder has no stream.
  const isServer = segments.length === 1 || pathname.endsWith('/');
  if (isServer) return read({ kind: 'STREAM', domain: hostname, path: segments.map(decoded).join('/') });
  return read(ofSegments([hostname, ...segments.map(decoded)]));
}

/** The stream of an SRT address: h=domain,r=path/stream,txSecret=…. */
function ofStreamId(text: string, hostname: string): NameRead {
  const values = new Map(text.split(',').map((pair) => pair.split('=') as [string, string | undefined]));
  const resource = values.get('r');
  if (!resource) return isUnclear(text.replace(/,tx.*$/, ''), 'url');
  return read(ofSegments([(values.get('h') ?? hostname).toLowerCase(), ...resource.split('/')]));
}

function ofPage([page, name = '', ...more]: readonly string[], params: URLSearchParams): Named | null {
  if (more.length > 0 || name === '') return null;
  const [domain, path] = [params.get('domain'), params.get('path')];
  if (page === 'sessions' && /^\d{18,19}$/.test(name)) return { kind: 'SEQUENCE', text: name };
  if (page === 'tasks') return { kind: 'TASK', text: decoded(name) };
  if (page !== 'streams') return null;
  return { kind: 'STREAM', streamId: decoded(name), ...(domain && { domain }), ...(path && { path }) };
}

/** Without percent encoding, if it is valid. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Parameters of URLs that name something; any other may be a credential. */
const naming = new Set(['h', 'r', 'streamid', 'domain', 'path', 'appId', 'q', 'scope']);

/** A text without logins and secrets of the URLs in it, so that the address of a search can be shared. */
export function withoutSecrets(text: string): string {
  if (!text.includes('://')) return text;
  return text
    .replace(/(:\/\/)[^/?#\s]*@/g, '$1')
    .replace(/([?&,])(\w+)=([^&,\s#]*)/g, (pair, separator: string, name: string) =>
      naming.has(name) ? pair : separator === '?' ? '?' : '',
    )
    .replace(/\?(?=\s|$)/g, '');
}
