import { useInfiniteQuery } from '@tanstack/react-query';
import { ask } from './ask.ts';
import { useStore } from './hooks.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { token } from './token.ts';

/** A page of a list, as the API answers it. */
interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A list by its pages: the first one, then one more at each `more`. A short page may still have a next one. With `refreshMs` all that were read are asked for again after so many milliseconds. */
export function usePages<Result, Row, Variables extends { after?: string | null | undefined }>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  pick: (result: Result) => Page<Row> | null,
  refreshMs: number | false = false,
) {
  const currentToken = useStore(token);
  const pages = useInfiniteQuery({
    queryKey: [document.toString(), variables, currentToken, 'pages'],
    queryFn: ({ pageParam, signal }) => ask(document, { ...variables, after: pageParam }, signal),
    refetchInterval: refreshMs,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const info = pick(last)?.pageInfo;
      return info?.hasNextPage === true ? info.endCursor : null;
    },
  });
  return {
    rows: pages.data?.pages.flatMap((page) => pick(page)?.nodes ?? []) ?? [],
    isLoading: pages.isPending,
    error: pages.error,
    refetch: pages.refetch,
    more: pages.hasNextPage ? () => void pages.fetchNextPage() : null,
    isLoadingMore: pages.isFetchingNextPage,
  };
}
