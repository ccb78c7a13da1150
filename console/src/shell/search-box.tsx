import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { withoutSecrets } from '../pages/search/read-name.ts';
import { paths, searchPath } from '../paths.ts';
import { t } from '../translations/translate.ts';

/** The id by which `/` finds the box. */
export const searchBoxId = 'search-box';

/**
 * One box for everything. The typed text is in the address, so results appear while the reader types, and can be
 * shared: without the secrets of a URL that was pasted.
 */
export function SearchBox() {
  const [location, navigate] = useLocation();
  const [params] = useSearchParams();
  const [typed, setTyped] = useState('');
  const isSearch = location === paths.search;
  const searched = isSearch ? (params.get('q') ?? '') : '';
  const type = (text: string) => {
    setTyped(text);
    navigate(searchPath(withoutSecrets(text)), { replace: isSearch });
  };
  return (
    <input
      id={searchBoxId}
      className="search-box"
      type="search"
      aria-label={t('nav.search')}
      placeholder={t('searchBox.placeholder')}
      spellCheck={false}
      autoComplete="off"
      value={withoutSecrets(typed) === searched ? typed : searched}
      onChange={(event) => type(event.target.value)}
    />
  );
}
