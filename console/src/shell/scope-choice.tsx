import { useLocation } from 'wouter';
import { useAsk } from '../api/hooks.ts';
import { ScopesDocument } from '../api/operations.generated.ts';
import { chooseScope, useScope } from '../api/use-param.ts';
import { useNow } from '../parts/use-now.ts';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';

const dayMs = 86_400_000;

/**
 * Days within which an account or a domain must have been pushed to to be offered: what is in use, or was until
 * recently.
 */
const daysOffered = 30;

/** The views that a scope narrows. A session, stream or task belongs to one domain anyway. */
const narrowed: readonly string[] = [paths.live, paths.search, paths.tasks, paths.endings, paths.health];

/** The choice of one account or one domain, for all views; nothing if there is nothing to choose from. */
export function ScopeChoice() {
  const [location] = useLocation();
  const scope = useScope();
  const toMs = Math.ceil(useNow() / dayMs) * dayMs;
  const at = (ms: number) => new Date(ms).toISOString();
  const { data } = useAsk(ScopesDocument, { from: at(toMs - daysOffered * dayMs), to: at(toMs) });
  const rows = data?.streamSessionStatistics?.rows ?? [];
  const accounts = eachOnce(rows.map(({ appId }) => appId));
  const domains = eachOnce(rows.map(({ domain }) => domain));
  const isKnown = scope === null || accounts.includes(scope) || domains.includes(scope);
  if (!narrowed.includes(location) || (scope === null && domains.length < 2 && accounts.length < 2)) return null;
  return (
    <span className={scope === null ? 'scope' : 'scope chosen'}>
      <select
        aria-label={t('scope.label')}
        value={scope ?? ''}
        onChange={(event) => chooseScope(event.target.value || null)}
      >
        <option value="">{t('scope.all')}</option>
        {!isKnown && <option value={scope}>{scope}</option>}
        {accounts.length > 1 && <Group name={t('scope.accounts')} values={accounts} />}
        <Group name={t('scope.domains')} values={domains} />
      </select>
      {scope !== null && (
        <button
          type="button"
          className="plain"
          aria-label={t('filters.remove', { filter: scope })}
          onClick={() => chooseScope(null)}
        >
          ×
        </button>
      )}
    </span>
  );
}

function Group({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  return (
    <optgroup label={name}>
      {values.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </optgroup>
  );
}

function eachOnce(values: readonly (string | null)[]): readonly string[] {
  return [...new Set(values)].filter((value) => value !== null).sort();
}
