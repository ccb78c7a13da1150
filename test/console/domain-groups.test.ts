import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { areMany, groupByDomain, nameInAddress, sectionsOf } from '../../console/src/pages/live/domain-groups.ts';

interface Row {
  readonly id: string;
  readonly domain: string | null;
  readonly silentSince: string | undefined;
}
const row = (id: string, domain: string | null, silentSince?: string): Row => ({ id, domain, silentSince });
const open = { left: new Set<string>(), folded: new Set<string>(), isCapped: false };

describe('groups by domain', () => {
  test.each([
    [41, 2, true],
    [40, 2, false],
    [10_000, 1, false],
    [200, 51, false],
  ])('a list of %i streams of %i domains has them by itself: %s', (rows, domains, expected) => {
    expect(areMany(rows, domains)).toBe(expected);
  });

  test('a heading counts what is live and silent; what has left is shown below it, and not counted', () => {
    const rows = [row('1', 'b', 'long ago'), row('2', 'a'), row('3', 'b'), row('4', 'b', 'long ago')];
    const lines = groupByDomain(rows, { ...open, left: new Set(['4']) });
    expect(lines.map((line) => line.row?.id ?? `${line.group?.live} live, ${line.group?.silent} silent`)).toEqual([
      ...['1 live, 0 silent', '2'],
      ...['2 live, 1 silent', '1', '3', '4'],
    ]);
  });

  const rows = fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c', null), fc.boolean()))
    .map((all) => all.map(([domain, isSilent], id) => row(String(id), domain, isSilent ? 'long ago' : undefined)));

  test('every row is below the heading of its domain, in its order; of a folded domain only the heading is there', () => {
    fc.assert(
      fc.property(rows, fc.subarray(['a', 'b', 'c', '-']), (all, folded) => {
        const lines = groupByDomain(all, { ...open, folded: new Set(folded) });
        const sections = sectionsOf(lines, ({ group }) => group);
        const names = sections.map(({ group }) => nameInAddress(group?.domain));
        expect(names).toEqual([...new Set(all.map(({ domain }) => nameInAddress(domain)))].sort());
        for (const [index, { group, items }] of sections.entries()) {
          const [heading, ...below] = items;
          const ofDomain = all.filter(({ domain }) => domain === group?.domain);
          expect(heading?.row).toBeNull();
          expect(group?.live).toBe(ofDomain.length);
          expect(below.map((line) => line.row)).toEqual(folded.includes(names[index] ?? '') ? [] : ofDomain);
        }
      }),
    );
  });
});
