import { useQueryClient, type QueryCache } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import {
  AnyCallbackDocument,
  CauseOfCodeDocument,
  ScopesDocument,
  ShellProjectionsDocument,
  ViewerRoleDocument,
} from './operations.generated.ts';

/** What surrounds a view, and what does not age: the words of a code. */
const ageless: readonly unknown[] = [
  AnyCallbackDocument,
  CauseOfCodeDocument,
  ScopesDocument,
  ShellProjectionsDocument,
  ViewerRoleDocument,
].map(String);

/** When the oldest of the answers that the view shows was read, in milliseconds since 1970; null where it shows none. */
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
    .filter(({ queryKey: [document], state }) => state.data !== undefined && !ageless.includes(document));
  return shown.length === 0 ? null : Math.min(...shown.map(({ state }) => state.dataUpdatedAt));
}
