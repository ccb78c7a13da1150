import { useMemo, useState } from 'react';
import { useParam } from '../../api/use-param.ts';
import { nameInAddress } from './domain-groups.ts';

/** Rows up to which a list is not grouped by itself: two windows of a laptop, which are overseen without headings. */
const ungroupedMax = 40;

type Live = ReadonlyMap<string, { readonly domain?: string | null | undefined }>;

/**
 * Whether the list is grouped by domain, and what is folded: as the address says, else by how much is live. While the list is
 * held still, only the address changes it.
 */
export function useGrouping(live: Live, isHeld: boolean) {
  const [wanted, want] = useParam('group');
  const [foldedNames, setFolded] = useParam('folded');
  const [wasMany, setWasMany] = useState(false);
  const hasSeveral = useMemo(() => {
    const [first, ...others] = live.values();
    return others.some(({ domain }) => domain !== first?.domain);
  }, [live]);
  // Once there were many it stays as it is, so that rows don't move when a few end.
  if (!wasMany && !isHeld && hasSeveral && live.size > ungroupedMax) setWasMany(true);
  const isGrouped = wanted === 'domain' || (wanted !== 'none' && wasMany && (hasSeveral || isHeld));
  const folded = useMemo(() => new Set(foldedNames?.split(',')), [foldedNames]);
  return {
    /** Null where there is nothing to group. */
    setGrouped: hasSeveral || isGrouped ? (on: boolean) => want(on ? 'domain' : 'none') : null,
    /** Null: the list has no groups. */
    folded: isGrouped ? folded : null,
    toggle: (domain: string | null) => {
      const name = nameInAddress(domain);
      const others = [...folded].filter((each) => each !== name);
      setFolded((folded.has(name) ? others : [...folded, name]).join(','));
    },
  };
}

export type Grouping = ReturnType<typeof useGrouping>;
