import { skipToken, useInfiniteQuery } from '@tanstack/react-query';
import { ask } from './ask.ts';
import { useStore } from './hooks.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { token } from './token.ts';

/** A page of a list, as the API answers it. */
interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A list as far as it has been read. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly refetch: () => unknown;
  /** Reads one page more; null after the last one. */
  readonly more: (() => void) | null;
  readonly isLoadingMore: boolean;
}

/**
 * A list by its pages: the first one, then one more at each `more`. A short page may still have a next one. With `refreshMs` all that were read
 * are asked for again after so many milliseconds. In another order it begins anew; its rows stay until those of the new order are there.
 * Without variables nothing is asked.
 */
export function usePages<Result, Row, Variables extends { after?: string | null | undefined; orderBy?: unknown }>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables | null,
  pick: (result: Result) => Page<Row> | null,
  refreshMs: number | false = false,
): Pages<Row> {
  const currentToken = useStore(token);
  const { orderBy, ...others } = variables ?? {};
  const list = [document.toString(), others, currentToken, 'pages'];
  const pages = useInfiniteQuery({
    queryKey: [...list, orderBy],
    queryFn:
      variables === null
        ? skipToken
        : ({ pageParam, signal }) => ask(document, { ...variables, after: pageParam }, signal),
    refetchInterval: refreshMs,
    placeholderData: (before, query) =>
      JSON.stringify(query?.queryKey.slice(0, -1)) === JSON.stringify(list) ? before : undefined,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const info = pick(last)?.pageInfo;
      return info?.hasNextPage === true ? info.endCursor : null;
    },
  });
  return {
    rows: pages.data?.pages.flatMap((page) => pick(page)?.nodes ?? []) ?? [],
    isLoading: variables !== null && pages.isPending,
    error: pages.error,
    refetch: pages.refetch,
    more: pages.hasNextPage ? () => void pages.fetchNextPage() : null,
    isLoadingMore: pages.isFetchingNextPage,
  };
}
