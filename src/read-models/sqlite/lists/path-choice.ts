import type { PageKey } from '../../listing.ts';
import type { PageStart, Stretch } from './list-query.ts';
import type { ListSpending } from './list-spending.ts';
import type { BoundPath } from './plan-list.ts';

/** A part of a list to read, where no index gives just what is asked for. */
export interface Choice {
  readonly stretch: Stretch;
  /** Rows that reading all of it looks at, at most. */
  readonly rowsMost: number;
}

/** What the choice is made by. */
export interface PathCounts {
  readonly stretchOf: (bound: BoundPath<string, string>, place: PageStart) => Stretch;
  /** How many rows a stretch has, up to a limit; spends them. */
  readonly countFound: (stretch: Stretch, limit: number) => number;
  /** The key of the row that so many are found before; null where they are fewer. Spends them. */
  readonly keyAfter: (stretch: Stretch, rowsBefore: number) => PageKey | null;
}

/** Rows that a path was found to have: all of them, or one more than was asked for. */
interface Found {
  readonly rows: number;
  readonly isAll: boolean;
}

/**
 * Chooses what to read from a place on: the path that finds the fewest rows, if they are few enough to look at all of them;
 * else the rows in order, as many as may be looked at. Null where neither can be. What was found once is not looked for
 * again: the count of a list begins where its first page does.
 */
export function createPathChoice(
  bounds: readonly BoundPath<string, string>[],
  { stretchOf, countFound, keyAfter }: PathCounts,
  spending: ListSpending,
): (place: PageStart) => Choice | null {
  const founds = new Map<BoundPath<string, string>, Map<string, Found>>();
  const choices = new Map<string, Choice>();

  function narrowestFrom(place: PageStart): Choice | null {
    let best: { bound: BoundPath<string, string>; rows: number } | null = null;
    for (const bound of bounds) {
      const fewer: number = best === null ? spending.rowsMax() : best.rows - 1;
      if (fewer < 0) break;
      const { rows, isAll } = find(bound, place, fewer);
      if (isAll && rows <= fewer) best = { bound, rows };
    }
    // Looking for it has had its price.
    return best === null || best.rows > spending.rowsMax()
      ? null
      : { stretch: stretchOf(best.bound, place), rowsMost: best.rows };
  }

  function find(bound: BoundPath<string, string>, place: PageStart, rowsMost: number): Found {
    const found = founds.get(bound) ?? new Map<string, Found>();
    founds.set(bound, found);
    // What is not in order is found as a whole, wherever the place is.
    const from = bound.inOrder ? place.from : null;
    const name = from === null ? '' : nameOf(place);
    const known = found.get(name);
    if (known !== undefined && (known.isAll || known.rows > rowsMost)) return known;
    const rows = countFound(stretchOf(bound, { ...place, from }), rowsMost + 1);
    const now = { rows, isAll: rows <= rowsMost };
    found.set(name, now);
    return now;
  }

  function inOrderFrom(place: PageStart): Choice | null {
    const bound = bounds.find(({ inOrder }) => inOrder);
    if (bound === undefined) return null;
    const stretch = stretchOf(bound, place);
    const rowsMost = spending.rowsAfterEntriesMax(bound);
    return { stretch: { ...stretch, until: keyAfter(stretch, rowsMost) }, rowsMost };
  }

  return (place) => {
    const name = nameOf(place);
    const known = choices.get(name);
    if (known !== undefined && known.rowsMost <= spending.rowsMax()) return known;
    const choice = narrowestFrom(place) ?? inOrderFrom(place);
    if (choice !== null) choices.set(name, choice);
    return choice;
  };
}

function nameOf({ descending, from }: PageStart): string {
  return [descending, from?.inclusive, ...(from?.key ?? [])].join();
}
