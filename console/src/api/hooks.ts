import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer, useRef, useSyncExternalStore } from 'react';
import { askInParts } from './ask.ts';
import { connection, subscribe } from './connection.ts';
import { needsNewList, type LedgerError } from '../../../clients/core/errors.ts';
import { openLiveList, type LiveList, type LiveSource } from '../../../clients/core/live-list.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { createStore, type Store } from './store.ts';

export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}

export interface AskOptions {
  /** False: sends no query yet. */
  readonly enabled?: boolean;
  /** Milliseconds between two queries while the page is visible. */
  readonly refreshMs?: number;
  /** Whether to show the previous variables' answer until the new one arrives. */
  readonly keep?: boolean;
}

/** The answer to a query. */
export interface Answer<Result> {
  readonly data: Result | undefined;
  /** Why there is no answer. */
  readonly error: Error | null;
  /** Why a field of the answer is null; null if it did not fail. */
  readonly failed: (field: keyof Result & string) => LedgerError | null;
  readonly refetch: () => unknown;
  /** When the answer came, in milliseconds since 1970 by this device's clock. */
  readonly dataUpdatedAt: number;
}

/** Milliseconds after which a query is sent again of which a part failed. */
const partsAgainMs = 15_000;

/** The answer to a query, which is sent again when its variables change. */
export function useAsk<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { enabled = true, refreshMs, keep = false }: AskOptions = {},
): Answer<Result> {
  const query = useQuery({
    queryKey: [document.toString(), variables],
    queryFn: ({ signal }) => askInParts(document, variables, signal),
    enabled,
    refetchInterval: ({ state }) => {
      const hasFailed = (state.data?.failed.size ?? 0) > 0;
      return hasFailed ? Math.min(refreshMs ?? partsAgainMs, partsAgainMs) : (refreshMs ?? false);
    },
    ...(keep && { placeholderData: keepPreviousData }),
  });
  const { data, error, refetch, dataUpdatedAt } = query;
  return {
    data: data?.data,
    error,
    failed: (field) => data?.failed.get(field) ?? null,
    refetch,
    dataUpdatedAt,
  };
}

/**
 * Repeats a query whenever the subscription sends something, and once after a connection loss, because messages may
 * have been missed.
 */
export function useRefreshOn<Result, Variables extends object>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  refresh: () => unknown,
): void {
  const newest = useRef(refresh);
  useEffect(() => {
    newest.current = refresh;
  });
  const text = JSON.stringify(variables);
  const { state } = useStore(connection);
  const wasLost = useRef(false);
  useEffect(() => {
    if (state === 'live' && wasLost.current) newest.current();
    wasLost.current = state === 'lost';
  }, [state]);
  useEffect(() => {
    let end: () => void = () => undefined;
    const open = () => {
      end = subscribe(document, JSON.parse(text) as Variables, {
        next: () => newest.current(),
        error: (error) => {
          newest.current();
          if (needsNewList(error)) open();
        },
      });
    };
    open();
    return () => end();
  }, [document, text]);
}

const nothing: LiveList<never> = {
  rows: new Map<string, never>(),
  state: 'listing',
  error: null,
  isWhole: false,
  left: 0,
};

/**
 * A list that follows its changes. `key` identifies the list: another key reads it from the start, as `retry` does after
 * a failure that does not pass by itself.
 */
export function useLiveList<Row extends { readonly id: string }>(
  key: string,
  source: LiveSource<Row>,
): LiveList<Row> & { readonly retry: () => void } {
  const [attempt, retry] = useReducer((before: number) => before + 1, 0);
  const newest = useRef(source);
  useEffect(() => {
    newest.current = source;
  });
  const shown = useMemo(() => ({ ...createStore<LiveList<Row>>(nothing), key, attempt }), [key, attempt]);
  useEffect(
    () =>
      openLiveList<Row>(
        {
          readPage: (after) => newest.current.readPage(after),
          subscribe: (after, sink) => newest.current.subscribe(after, sink),
        },
        shown.set,
      ),
    [shown],
  );
  return { ...useStore(shown), retry };
}
