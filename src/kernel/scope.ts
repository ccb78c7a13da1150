/** Names that a scope allows; a list that is left out allows all. Domains are in lower case; `*.example.com` is any domain under it. */
export interface ScopePart {
  readonly accounts?: readonly string[] | undefined;
  readonly domains?: readonly string[] | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly streams?: readonly string[] | undefined;
}

/** What an identity may see: all that is inside one of the parts. Nobody changes a scope once it is made. */
export type Scope = readonly ScopePart[];

/** Whom something is read for: what it may see, and with whom it takes turns. */
export interface Asker {
  /** Null: everything. */
  readonly scope: Scope | null;
  /** The same for all that one client asks. */
  readonly client: string;
}

/** The service itself, which sees everything. */
export const itself: Asker = { scope: null, client: '' };

/** What something is about; null: it is not known. */
interface ScopedNames {
  readonly appId: string | null;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
}

const keys = new WeakMap<Scope, string>();

/** The same for equal scopes; empty for null, which limits nothing. */
export function scopeKey(scope: Scope | null): string {
  if (scope === null) return '';
  const key = keys.get(scope) ?? JSON.stringify(scope);
  keys.set(scope, key);
  return key;
}

/** Whether something is inside a scope. What is not known is outside of whatever names are limited. */
export type IsInside = (
  ...names: readonly [appId: unknown, domain: unknown, path: unknown, streamId: unknown]
) => boolean;

/** Prepares the decision for a scope. */
export function insideOf(scope: Scope): IsInside {
  const parts = scope.map(({ accounts, domains, paths, streams }) => ({
    isAccount: oneOf(accounts),
    isPath: oneOf(paths),
    isStream: oneOf(streams),
    isDomain: domains === undefined ? everything : oneOfDomains(domains),
  }));
  return (appId, domain, path, streamId) =>
    parts.some(
      (part) => part.isAccount(appId) && part.isDomain(domain) && part.isPath(path) && part.isStream(streamId),
    );
}

type IsAllowed = (name: unknown) => boolean;

const everything: IsAllowed = () => true;

function oneOf(names: readonly string[] | undefined): IsAllowed {
  if (names === undefined) return everything;
  const set: ReadonlySet<unknown> = new Set(names);
  return (name) => set.has(name);
}

function oneOfDomains(domains: readonly string[]): IsAllowed {
  const isListed = oneOf(domains);
  const suffixes = domains.filter(isWildcard).map((domain) => domain.slice(1));
  return (name) =>
    isListed(name) ||
    (typeof name === 'string' && suffixes.some((suffix) => name.length > suffix.length && name.endsWith(suffix)));
}

function isWildcard(domain: string): boolean {
  return domain.startsWith('*.');
}

/** The names that everything inside has, by what they name: a list is found by them. Left out where there are others, or too many to list. */
export function namesInside(scope: Scope): Partial<Record<keyof ScopedNames, readonly string[]>> {
  const common = (of: (part: ScopePart) => readonly string[] | undefined) => {
    const lists = scope.map(of);
    return lists.every((names) => names !== undefined) ? [...new Set(lists.flat())] : undefined;
  };
  const [appId, domain, path, streamId] = [
    common(({ accounts }) => accounts),
    common(({ domains }) => (domains?.some(isWildcard) === true ? undefined : domains)),
    common(({ paths }) => paths),
    common(({ streams }) => streams),
  ];
  return {
    ...(appId && { appId }),
    ...(domain && { domain }),
    ...(path && { path }),
    ...(streamId && { streamId }),
  };
}
