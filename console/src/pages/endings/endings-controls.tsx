import { useParam } from '../../api/use-param.ts';
import { t } from '../../translations/translate.ts';
import { timeWindowNames, type TimeWindowName } from './time-window.ts';

/** The choice of the time range, which is in the address. */
export function EndingsControls({ window }: { readonly window: TimeWindowName }) {
  const [, setWindow] = useParam('window');
  return (
    <div className="chips" role="group" aria-label={t('endings.windowLabel')}>
      {timeWindowNames.map((name) => (
        <button key={name} type="button" aria-pressed={name === window} onClick={() => setWindow(name)}>
          {t(`endings.windows.${name}`)}
        </button>
      ))}
    </div>
  );
}
