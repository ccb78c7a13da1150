import { t } from '../translations/translate.ts';

/** A button that reads the next page; nothing if there is none. */
export function More({ more, isLoading }: { readonly more: (() => void) | null; readonly isLoading: boolean }) {
  return (
    more && (
      <button type="button" onClick={more} disabled={isLoading} aria-busy={isLoading}>
        {t('more')}
      </button>
    )
  );
}
