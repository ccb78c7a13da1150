import { useSearchParams } from 'wouter';
import { navigate } from 'wouter/use-browser-location';
import { orderOf, paramOf, pressed, type OrderBy, type Orders } from '../order.ts';
import { scopeFilterOf, scopeParam, type ScopeFilter } from '../scope.ts';

/** A parameter of the address, and how to change it. A change adds no history entry, so that "back" leaves the view. */
export function useParam(name: string): readonly [string | null, (value: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const set = (value: string | null) =>
    setParams(
      (previous) => {
        const next = new URLSearchParams(previous);
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [params.get(name), set];
}

/** The order of a list, which the address names, and how to change it. */
export interface Order<Field extends string> {
  readonly by: OrderBy<Field>;
  readonly isUsual: boolean;
  readonly choose: (by: OrderBy<Field>) => void;
  /** Orders by a column, or reverses the order if it is already by that column. */
  readonly press: (field: Field) => void;
  readonly reset: () => void;
}

/** @param param - of the address; each list of a view with several has its own */
export function useOrder<Field extends string>(
  orders: Orders<Field>,
  usual: NoInfer<Field>,
  param = 'order',
): Order<Field> {
  const [text, setText] = useParam(param);
  const by = orderOf(text, orders, usual);
  const choose = (chosen: OrderBy<Field>) => setText(paramOf(chosen, orders, usual));
  return {
    by,
    isUsual: paramOf(by, orders, usual) === null,
    choose,
    press: (field) => choose(pressed(by, field, orders)),
    reset: () => setText(null),
  };
}

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
