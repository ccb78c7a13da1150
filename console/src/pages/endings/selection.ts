import type { EndSide, StreamSessionFilter } from '../../api/operations.generated.ts';
import { paths, withParams } from '../../paths.ts';
import type { TimeSpan } from '../../format/slots.ts';

/** Which pushes a list shows: those that ended in a time. A code of null: those without one. */
export interface EndingsSelection {
  readonly span: TimeSpan;
  readonly domain: string | null;
  readonly side?: EndSide | null;
  readonly code?: number | null;
  /** Those that pushed in the time, also where they ended later or are live. */
  readonly isPushed?: boolean;
}

/** Milliseconds before a time from which on a push whose end was lost may have gone on into it: few last longer than a day. */
const lostEndMs = 86_400_000;

/** The address of the sessions behind a mark, by what the mark adds to the view. */
export type PathOf = (selection: Partial<EndingsSelection>) => string;

const sideNames: Readonly<Record<EndSide, true>> = {
  CLIENT: true,
  OPERATOR: true,
  TAKEOVER: true,
  NETWORK: true,
  PLATFORM: true,
  CONFIGURATION: true,
  AUTH: true,
  UNKNOWN: true,
};

const isSide = (text: string | null): text is EndSide => text !== null && Object.hasOwn(sideNames, text);

const iso = (ms: number) => new Date(ms).toISOString();

/** The address of the sessions behind a mark. Its time is fixed: whoever gets the link sees the same. */
export function endedPath({ span, domain, side, code, isPushed }: EndingsSelection, window: string): string {
  return withParams(paths.endings, {
    window,
    domain,
    from: iso(span.fromMs),
    to: iso(span.toMs),
    side,
    code: code === undefined ? undefined : String(code ?? 'none'),
    shows: isPushed ? 'pushed' : null,
  });
}

/** What an address selects; null where it names no time, which is the view of all. */
export function selectionOf(params: URLSearchParams): EndingsSelection | null {
  const [fromMs, toMs] = [Date.parse(params.get('from') ?? ''), Date.parse(params.get('to') ?? '')];
  if (!(fromMs < toMs)) return null;
  const [side, code] = [params.get('side'), params.get('code')];
  return {
    span: { fromMs, toMs },
    domain: params.get('domain'),
    ...(isSide(side) && { side }),
    ...(params.get('shows') === 'pushed' && { isPushed: true }),
    ...(code === 'none' && { code: null }),
    ...(/^-?\d{1,9}$/.test(code ?? '') && { code: Number(code) }),
  };
}

/** The sessions of a selection: those that the figures counted. */
export function endedFilter({ span, domain, side, code, isPushed }: EndingsSelection): StreamSessionFilter {
  return {
    ...(isPushed ? pushedIn(span) : { endedAt: { gte: iso(span.fromMs), lt: iso(span.toMs) } }),
    ...(domain !== null && { domain: { eq: domain } }),
    ...(side && { endSide: { eq: side } }),
    ...(code !== undefined && { endCode: code === null ? { isNull: true } : { eq: code } }),
  };
}

function pushedIn({ fromMs, toMs }: TimeSpan): StreamSessionFilter {
  const ended = { endedAt: { gt: iso(fromMs) } };
  const lostItsEnd = { state: { eq: 'SUPERSEDED' }, startedAt: { gte: iso(fromMs - lostEndMs) } } as const;
  return { startedAt: { lt: iso(toMs) }, or: [ended, { state: { eq: 'LIVE' } }, lostItsEnd] };
}
