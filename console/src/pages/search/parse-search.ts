import type { RelayTaskFilter, StreamSessionFilter } from '../../api/operations.generated.ts';
import { readSpan } from '../../format/read-span.ts';
import type { TimeRead, TimeReader, UnclearPart } from '../../format/read-time.ts';
import { decoded, readName, type ErrnoCodes, type Named } from './read-name.ts';

/** What a typed text asks for. */
export interface ParsedSearch {
  /** What it names, as filters for sessions and relay tasks. Null: it names nothing of that kind. */
  readonly name: NameFilters | null;
  readonly time: (Pick<TimeRead, 'form'> & { readonly fromMs: number; readonly toMs: number }) | null;
  readonly unclear: readonly UnclearPart[];
  /** The moment in milliseconds, if the text may also be one in seconds since 1970, as callbacks have it. */
  readonly orAtMs: number | null;
}

/** How what a text names is found. */
export interface NameFilters {
  /** Sessions that an index finds at once; these come first. */
  readonly exact: StreamSessionFilter | null;
  /** Other sessions; none is in both lists. */
  readonly others: StreamSessionFilter | null;
  readonly tasks: RelayTaskFilter | null;
}

/** Parses the typed text: a time, a name in any notation, or both. */
export function parseSearch(typed: string, reader: TimeReader, errnos: ErrnoCodes): ParsedSearch {
  // Addresses contain what looks like a clock.
  const url = /\S+:\/\/\S+/.exec(typed)?.[0] ?? '';
  const { span, form, rest, unclear } = readSpan(url === '' ? typed : typed.replace(url, ''), reader);
  const { named, unclear: unclearName } = readName(url === '' ? rest : url, errnos);
  const strays = url === '' ? straysOf(named, span !== null) : rest.split(' ').filter((word) => word !== '');
  return {
    name: named.kind === 'NOTHING' ? null : filtersOf(span === null ? named : firstWordOf(named)),
    time: span && { form, ...span },
    unclear: [...unclear, ...unclearName, ...strays.map((part) => ({ part, why: 'word' as const }))],
    orAtMs: epochOf(typed.trim(), reader),
  };
}

/** Seconds or milliseconds since 1970, of some time in the last ten years. */
function epochOf(text: string, { nowMs }: TimeReader): number | null {
  if (!/^\d{10}(\d{3})?$/.test(text)) return null;
  const atMs = Number(text.padEnd(13, '0'));
  return atMs > nowMs - 10 * 366 * 86_400_000 && atMs <= nowMs ? atMs : null;
}

/** Beside a time, a name is one word: others were meant to say when. */
function straysOf(named: Named, hasTime: boolean): readonly string[] {
  return hasTime && named.kind === 'TEXT' ? named.text.split(/\s+/).slice(1) : [];
}

type Something = Exclude<Named, { kind: 'NOTHING' }>;

function firstWordOf(named: Something): Something {
  return named.kind === 'TEXT' ? { kind: 'TEXT', text: named.text.split(/\s+/)[0] ?? '' } : named;
}

function filtersOf(named: Something): NameFilters {
  switch (named.kind) {
    case 'STREAM':
      return ofStream(named);
    case 'SEQUENCE':
      return { exact: { sequence: { eq: named.text } }, others: null, tasks: null };
    case 'ADDRESS': {
      const exact = { userIp: { eq: named.text } };
      return { exact, others: { accessPoint: { eq: named.text }, not: exact }, tasks: null };
    }
    case 'TASK':
      return { exact: { relayTaskId: { eq: named.text } }, others: null, tasks: { taskId: { eq: named.text } } };
    case 'FILE': {
      const names = spellings(named.text);
      const stems = names.map((name) => name.replace(/\.\w+$/, ''));
      return {
        exact: { streamId: { in: [...names, ...stems] } },
        others: null,
        tasks: { or: [{ sourceFile: { eq: named.text } }, { streamId: { in: [...names, ...stems] } }] },
      };
    }
    case 'CODE':
      return ofText(named.text, named.code);
    case 'TEXT':
      return ofText(named.text, null);
  }
}

/** A whole address, or the beginning of its last part: a path without a stream is a stream without a path as well. */
function ofStream({ domain, path, streamId }: Extract<Named, { kind: 'STREAM' }>): NameFilters {
  const at = {
    ...(domain !== undefined && { domain: { eq: domain } }),
    ...(path !== undefined && { path: { eq: path } }),
  };
  if (streamId === undefined) return { exact: null, others: at, tasks: at };
  const names = spellings(streamId);
  const exact = { ...at, streamId: { in: names } };
  const beginnings = names.map((name) => ({ ...at, streamId: { startsWith: name } }));
  const isPath = path === undefined ? [{ ...at, path: { eq: streamId } }] : [];
  const whole = path === undefined ? [] : [{ streamId: { eq: `${path}/${streamId}` } }];
  const any = [...beginnings, ...isPath, ...(domain === undefined ? whole : [])];
  return { exact, others: { or: any, not: exact }, tasks: { or: any } };
}

function ofText(text: string, code: number | null): NameFilters {
  const names = spellings(text);
  const streams = names.map((name) => ({ streamId: { startsWith: name } }));
  const domain = { domain: { startsWith: text.toLowerCase() } };
  const exact: StreamSessionFilter = code === null ? { streamId: { in: names } } : { endCode: { eq: code } };
  const tasks: RelayTaskFilter[] = [
    { taskId: { in: names } },
    ...streams,
    domain,
    { sourceFile: { eq: text } },
    ...(code === null ? [] : [{ everExitedWith: { eq: code } }]),
  ];
  return { exact, others: { or: [...streams, domain], not: exact }, tasks: { or: tasks } };
}

/** The ways to spell a name that people mix up: as typed, in either case, with capitals, and with or without percent encoding. */
function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  const capital = lower.replace(/(?<![\p{L}\p{N}])\p{L}/gu, (letter) => letter.toUpperCase());
  return [...new Set([text, decoded(text), encodeURIComponent(decoded(text)), lower, text.toUpperCase(), capital])];
}
