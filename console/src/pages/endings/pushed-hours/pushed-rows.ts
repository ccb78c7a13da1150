import type { StreamSessionFilter } from '../../../api/operations.generated.ts';
import type { TimeSpan } from '../../../format/slots.ts';

/** Null: the pushes whose domain is unknown. */
type Domain = string | null;

interface DayRow {
  readonly from: string;
  readonly pushedMs: number;
}

/** Milliseconds pushed on each day, and in total. */
export interface PushedRow {
  readonly days: readonly number[];
  readonly pushedMs: number;
}

const rowOf = (days: readonly number[]): PushedRow => ({ days, pushedMs: days.reduce((sum, ms) => sum + ms, 0) });

/** Pushed time by domain and day: of these domains in their order, of all others together, and in total. */
export function pushedRowsOf(
  days: readonly TimeSpan[],
  domains: readonly Domain[],
  answer: { readonly byDomain: readonly (DayRow & { readonly domain: Domain })[]; readonly all: readonly DayRow[] },
) {
  const byDay = (rows: readonly DayRow[]) =>
    days.map(({ fromMs, toMs }) =>
      rows
        .filter(({ from }) => Date.parse(from) >= fromMs && Date.parse(from) < toMs)
        .reduce((sum, { pushedMs }) => sum + pushedMs, 0),
    );
  const shown = byDay(answer.byDomain);
  const all = byDay(answer.all);
  return {
    rows: domains.map((domain) => ({
      domain,
      ...rowOf(byDay(answer.byDomain.filter((row) => row.domain === domain))),
    })),
    others: rowOf(all.map((ms, index) => ms - (shown[index] ?? 0))),
    all: rowOf(all),
  };
}

/** The pushes of these domains. */
export function ofDomains(domains: readonly Domain[]): StreamSessionFilter {
  const named = { domain: { in: domains.filter((domain) => domain !== null) } };
  return domains.includes(null) ? { or: [named, { domain: { isNull: true } }] } : named;
}
