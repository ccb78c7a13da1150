import { useSearchParams } from 'wouter';
import { navigate } from 'wouter/use-browser-location';
import { scopeFilterOf, scopeParam, type ScopeFilter } from '../scope.ts';

/** The selected scope: an account, a domain, or null for everything. */
export function useScope(): string | null {
  const [params] = useSearchParams();
  const scope = params.get(scopeParam);
  return scope === '' ? null : scope;
}

export function useScopeFilter(): ScopeFilter {
  return scopeFilterOf(useScope());
}

/** Selects another scope in the same view. */
export function chooseScope(scope: string | null): void {
  const url = new URL(location.href);
  if (scope === null) url.searchParams.delete(scopeParam);
  else url.searchParams.set(scopeParam, scope);
  // Not through the router, which keeps the scope.
  navigate(url.pathname + url.search, { replace: true });
}
