import { chooseScope, useScope } from '../api/use-scope.ts';
import { t } from '../translations/translate.ts';

/** For an empty list: says that only an account or a domain was searched, and links to everything. */
export function OnlyScope() {
  const scope = useScope();
  if (scope === null) return null;
  return (
    <p>
      {t('scope.only', { scope })}{' '}
      <button type="button" onClick={() => chooseScope(null)}>
        {t('scope.leave')}
      </button>
    </p>
  );
}
