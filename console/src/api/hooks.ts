import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { ask } from './ask.ts';
import { connection, subscribe } from './connection.ts';
import { needsNewList } from '../../../clients/core/errors.ts';
import { openLiveList, type LiveList, type LiveSource } from '../../../clients/core/live-list.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { createStore, type Store } from './store.ts';
import { token } from './token.ts';

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

/** The answer to a query, which is sent again when its variables change. */
export function useAsk<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { enabled = true, refreshMs, keep = false }: AskOptions = {},
): UseQueryResult<Result> {
  const currentToken = useStore(token);
  return useQuery({
    queryKey: [document.toString(), variables, currentToken],
    queryFn: ({ signal }) => ask(document, variables, signal),
    enabled,
    ...(refreshMs !== undefined && { refetchInterval: refreshMs }),
    ...(keep && { placeholderData: keepPreviousData }),
  });
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
  const currentToken = useStore(token);
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
  }, [document, text, currentToken]);
}

const nothing: LiveList<never> = { rows: new Map<string, never>(), state: 'listing', error: null, left: 0 };

/** A list that follows its changes. `key` identifies the list: another key reads it from the start. */
export function useLiveList<Row extends { readonly id: string }>(key: string, source: LiveSource<Row>): LiveList<Row> {
  const currentToken = useStore(token);
  const newest = useRef(source);
  useEffect(() => {
    newest.current = source;
  });
  const shown = useMemo(() => ({ ...createStore<LiveList<Row>>(nothing), key, currentToken }), [key, currentToken]);
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
  return useStore(shown);
}
