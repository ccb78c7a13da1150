/** The parameter of the address that says which account or domain is looked at, in all views. */
export const scopeParam = 'scope';

/** What lists and statistics of the API take of it. */
export interface ScopeFilter {
  readonly appId?: { readonly eq: string };
  readonly domain?: { readonly eq: string };
}

/** An account is digits, a domain is not. Null: everything. */
export function scopeFilterOf(scope: string | null): ScopeFilter {
  if (scope === null) return {};
  return /^\d+$/.test(scope) ? { appId: { eq: scope } } : { domain: { eq: scope } };
}

/** An address within the same scope: a link leads out of it only where it says so. */
export function keepScope(to: string, scope: string | null): string {
  const [path = '', query = ''] = to.split('?');
  const params = new URLSearchParams(query);
  if (scope === null || params.has(scopeParam)) return to;
  params.set(scopeParam, scope);
  return `${path}?${params.toString()}`;
}
