import type { EndSide, StreamSessionFilter } from '../../api/operations.generated.ts';
import { paths, withParams } from '../../paths.ts';
import type { TimeSpan } from '../../format/slots.ts';

/** Which pushes a list shows: those that ended in a time range. Code null: those without a code. */
export interface EndingsSelection {
  readonly span: TimeSpan;
  readonly domain: string | null;
  readonly side?: EndSide | null;
  readonly code?: number | null;
  /** Shows instead those that pushed in the time range, even if they ended later or are live. */
  readonly isPushed?: boolean;
}

/**
 * Milliseconds before a time range from which a push whose end was lost may have lasted into it: few last longer than a
 * day.
 */
const lostEndMs = 86_400_000;

/** The address of the sessions behind a mark, given what the mark adds to the view. */
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

/** The address of the sessions behind a mark. Its time range is fixed, so that everyone with the link sees the same. */
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

/** What an address selects; null if it names no time range, which selects the whole view. */
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

/** The filter for the sessions of a selection: exactly those that the figures counted. */
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
