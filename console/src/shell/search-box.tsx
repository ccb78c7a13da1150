import { useLocation, useSearchParams } from 'wouter';
import { paths, searchPath } from '../paths.ts';
import { t } from '../translations/translate.ts';

/** The id by which `/` finds the box. */
export const searchBoxId = 'search-box';

/**
 * One box for everything. The typed text is in the address, so results appear while the reader types, and can be
 * shared.
 */
export function SearchBox() {
  const [location, navigate] = useLocation();
  const [params] = useSearchParams();
  const isSearch = location === paths.search;
  const type = (text: string) => navigate(searchPath(text), { replace: isSearch });
  return (
    <input
      id={searchBoxId}
      className="search-box"
      type="search"
      aria-label={t('nav.search')}
      placeholder={t('searchBox.placeholder')}
      spellCheck={false}
      autoComplete="off"
      value={isSearch ? (params.get('q') ?? '') : ''}
      onChange={(event) => type(event.target.value)}
    />
  );
}
