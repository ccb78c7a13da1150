import { useStore } from '../api/hooks.ts';
import { browserZone, chooseZone, timeZone, zones } from '../format/zone.ts';
import { t } from '../translations/translate.ts';

/** The zone of all times: the browser's, UTC, or any other by its name. On a phone there is room for the name alone. */
export function ZoneChoice({ isNarrow }: { readonly isNarrow: boolean }) {
  const zone = useStore(timeZone);
  return (
    <select
      className="zone"
      aria-label={t('zoneLabel')}
      value={zone}
      onChange={(event) => chooseZone(event.target.value)}
    >
      {zones().map((each) => (
        <option key={each} value={each}>
          {isNarrow ? each : t(each === browserZone && each !== 'UTC' ? 'zoneOfBrowser' : 'zone', { zone: each })}
        </option>
      ))}
    </select>
  );
}
