/** The streams of one domain in the list. */
export interface DomainGroup {
  /** Null: those whose domain is unknown. */
  readonly domain: string | null;
  readonly live: number;
  readonly silent: number;
  /** Whether more may be silent than are known to be. */
  readonly isCapped: boolean;
  readonly isFolded: boolean;
}

/** A line of the list: a stream, or the heading of its group if `row` is null. A list without groups has no headings. */
export interface Line<Row> {
  readonly group: DomainGroup | null;
  readonly row: Row | null;
}

interface GroupedRow {
  readonly id: string;
  readonly domain?: string | null | undefined;
  readonly silentSince: string | undefined;
}

/** Rows up to which a list is not grouped by default: two screens of a laptop need no headings. */
const ungroupedMax = 40;

/** Average rows per domain from which a list is grouped by default: with fewer it would be all headings. */
const rowsPerDomainMin = 4;

/** Whether so many rows of so many domains are easier to read in groups. */
export const areMany = (rows: number, domains: number): boolean =>
  domains > 1 && rows > ungroupedMax && rows >= domains * rowsPerDomainMin;

/** How an address names a domain; no domain has the name of the unknown one. */
export const nameInAddress = (domain: string | null | undefined): string => domain ?? '-';

/**
 * The rows below the headings of their domains. Domains are ordered by name, so that none moves when a stream begins;
 * rows keep their order. A folded domain shows only its heading. Rows that have left are still shown, but not counted.
 */
export function groupByDomain<Row extends GroupedRow>(
  rows: readonly Row[],
  list: { readonly left: ReadonlySet<string>; readonly folded: ReadonlySet<string>; readonly isCapped: boolean },
): readonly Line<Row>[] {
  const { left, folded, isCapped } = list;
  const byName = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameInAddress(row.domain);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [row]);
    else known.push(row);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, ofDomain]) => {
      const live = ofDomain.filter(({ id }) => !left.has(id));
      const group: DomainGroup = {
        domain: ofDomain[0]?.domain ?? null,
        live: live.length,
        silent: live.filter(({ silentSince }) => silentSince !== undefined).length,
        isCapped,
        isFolded: folded.has(name),
      };
      const lines: readonly Line<Row>[] = group.isFolded ? [] : ofDomain.map((row) => ({ group, row }));
      return [{ group, row: null }, ...lines];
    });
}

/** Groups consecutive lines of the same group, in their order. */
export function sectionsOf<Item>(items: readonly Item[], groupOf: (item: Item) => DomainGroup | null) {
  const sections: { readonly group: DomainGroup | null; readonly items: Item[] }[] = [];
  for (const item of items) {
    const group = groupOf(item);
    const last = sections.at(-1);
    if (last?.group === group) last.items.push(item);
    else sections.push({ group, items: [item] });
  }
  return sections;
}
