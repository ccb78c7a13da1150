import { useQueryClient, type QueryCache } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import {
  AnyCallbackDocument,
  CauseOfCodeDocument,
  ScopesDocument,
  ShellProjectionsDocument,
  ViewerRoleDocument,
} from './operations.generated.ts';

/** Queries of what surrounds a view or never goes stale, such as the explanations of codes. */
const neverStale: readonly unknown[] = [
  AnyCallbackDocument,
  CauseOfCodeDocument,
  ScopesDocument,
  ShellProjectionsDocument,
  ViewerRoleDocument,
].map(String);

/** When the oldest answer shown by the view was read, in milliseconds since 1970 by this device's clock; null if it shows none. */
export function useReadAt(): number | null {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => readAtOf(cache),
  );
}

function readAtOf(cache: QueryCache): number | null {
  const shown = cache
    .findAll({ type: 'active' })
    .filter(({ queryKey: [document], state }) => state.data !== undefined && !neverStale.includes(document));
  return shown.length === 0 ? null : Math.min(...shown.map(({ state }) => state.dataUpdatedAt));
}
