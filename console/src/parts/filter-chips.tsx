import { t } from '../translations/translate.ts';

/** A filter that is in force, in words, and what takes it away. */
export interface ActiveFilter {
  readonly text: string;
  readonly remove: () => void;
}

/** The filters of a list that are in force, each a chip that removes it; nothing where there are none. */
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
