import { skipToken, useInfiniteQuery } from '@tanstack/react-query';
import { ask } from './ask.ts';
import type { TypedDocumentString } from './operations.generated.ts';

/** A page of a list, as the API answers it. */
interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The part of a list read so far. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly refetch: () => unknown;
  /** Reads one more page; null after the last one. */
  readonly more: (() => void) | null;
  readonly isLoadingMore: boolean;
}

/**
 * A list in pages: the first one, then one more for each call of `more`. A short page may still have a next one. With
 * `refreshMs`, all pages read so far are queried again at that interval. A new order starts again from the first page;
 * the old rows stay until the new ones arrive. Without variables it sends no query.
 */
export function usePages<Result, Row, Variables extends { after?: string | null | undefined; orderBy?: unknown }>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables | null,
  pick: (result: Result) => Page<Row> | null,
  refreshMs: number | false = false,
): Pages<Row> {
  const { orderBy, ...others } = variables ?? {};
  const list = [document.toString(), others, 'pages'];
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
