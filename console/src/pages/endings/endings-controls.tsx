import { useParam } from '../../api/use-param.ts';
import { t } from '../../translations/translate.ts';
import { timeWindowNames, type TimeWindowName } from './time-window.ts';

/** The time and the domain, both in the address. */
export function EndingsControls(props: {
  readonly window: TimeWindowName;
  readonly domain: string | null;
  readonly domains: readonly { readonly domain: string | null }[];
}) {
  const { window, domain } = props;
  const [, setWindow] = useParam('window');
  const [, setDomain] = useParam('domain');
  // What the address names can be chosen, also where nothing of it is in this time.
  const domains = new Set([domain, ...props.domains.map((row) => row.domain)].filter((name) => name !== null));
  return (
    <div className="endings-controls">
      <div className="chips" role="group" aria-label={t('endings.windowLabel')}>
        {timeWindowNames.map((name) => (
          <button key={name} type="button" aria-pressed={name === window} onClick={() => setWindow(name)}>
            {t(`endings.windows.${name}`)}
          </button>
        ))}
      </div>
      <select
        aria-label={t('endings.domainLabel')}
        value={domain ?? ''}
        onChange={(event) => setDomain(event.target.value)}
      >
        <option value="">{t('endings.allDomains')}</option>
        {[...domains].sort().map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
