/** The parameter of the address that says which account or domain is shown, in all views. */
export const scopeParam = 'scope';

/** The scope as a filter for lists and statistics of the API. */
export interface ScopeFilter {
  readonly appId?: { readonly eq: string };
  readonly domain?: { readonly eq: string };
}

/** An account consists of digits; a domain does not. Null: everything. */
export function scopeFilterOf(scope: string | null): ScopeFilter {
  if (scope === null) return {};
  return /^\d+$/.test(scope) ? { appId: { eq: scope } } : { domain: { eq: scope } };
}

/** Keeps an address within the scope: a link leaves it only if it says so. */
export function keepScope(to: string, scope: string | null): string {
  const [path = '', query = ''] = to.split('?');
  const params = new URLSearchParams(query);
  if (scope === null || params.has(scopeParam)) return to;
  params.set(scopeParam, scope);
  return `${path}?${params.toString()}`;
}
