import type { EndSide, StreamSessionFilter } from '../../api/operations.generated.ts';
import { paths, withParams } from '../../paths.ts';
import type { TimeSpan } from '../../format/slots.ts';

/** Which endings a list shows. A code of null: those without one. */
export interface EndingsSelection {
  readonly span: TimeSpan;
  readonly domain: string | null;
  readonly side?: EndSide | null;
  readonly code?: number | null;
}

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
export function endedPath({ span, domain, side, code }: EndingsSelection, window: string): string {
  return withParams(paths.endings, {
    window,
    domain,
    from: iso(span.fromMs),
    to: iso(span.toMs),
    side,
    code: code === undefined ? undefined : String(code ?? 'none'),
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
    ...(code === 'none' && { code: null }),
    ...(/^-?\d{1,9}$/.test(code ?? '') && { code: Number(code) }),
  };
}

/** The sessions of a selection: those that the figures counted. */
export function endedFilter({ span, domain, side, code }: EndingsSelection): StreamSessionFilter {
  return {
    endedAt: { gte: iso(span.fromMs), lt: iso(span.toMs) },
    ...(domain !== null && { domain: { eq: domain } }),
    ...(side && { endSide: { eq: side } }),
    ...(code !== undefined && { endCode: code === null ? { isNull: true } : { eq: code } }),
  };
}
