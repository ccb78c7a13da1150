import { chooseScope, useScope } from '../api/use-scope.ts';
import { t } from '../translations/translate.ts';

/** Where nothing is found: says that only an account or a domain was looked at, and leads out of it. */
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
