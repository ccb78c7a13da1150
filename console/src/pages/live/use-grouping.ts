import { useMemo, useState } from 'react';
import { useParam } from '../../api/use-param.ts';
import { areMany, nameInAddress } from './domain-groups.ts';

type Live = ReadonlyMap<string, { readonly domain?: string | null | undefined }>;

/**
 * Whether the list is grouped by domain, and which domains are folded: as the address says, or otherwise by how much is
 * live. While the pointer is over the list, only the address changes it.
 */
export function useGrouping(live: Live, isHeld: boolean) {
  const [wanted, want] = useParam('group');
  const [foldedNames, setFolded] = useParam('folded');
  const [wasMany, setWasMany] = useState(false);
  const domains = useMemo(() => new Set([...live.values()].map(({ domain }) => domain)).size, [live]);
  const hasSeveral = domains > 1;
  // Once there were many streams the list stays grouped, so that rows don't move when a few end.
  if (!wasMany && !isHeld && areMany(live.size, domains)) setWasMany(true);
  const isGrouped = wanted === 'domain' || (wanted !== 'none' && wasMany && (hasSeveral || isHeld));
  const folded = useMemo(() => new Set(foldedNames?.split(',')), [foldedNames]);
  return {
    /** Null if there is nothing to group. */
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
