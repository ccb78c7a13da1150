import { t } from '../../translations/translate.ts';

/** An active filter in words, and how to remove it. */
export interface ActiveFilter {
  readonly text: string;
  readonly remove: () => void;
}

/** The active filters of a list, each a chip that removes it; nothing if there are none. */
export function FilterChips({ filters }: { readonly filters: readonly (ActiveFilter | false)[] }) {
  const active = filters.filter((filter) => filter !== false);
  if (active.length === 0) return null;
  return (
    <ul className="chips plain-list" aria-label={t('filters.label')}>
      {active.map(({ text, remove }) => (
        <li key={text}>
          <button type="button" className="chip" aria-label={t('filters.remove', { filter: text })} onClick={remove}>
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}
