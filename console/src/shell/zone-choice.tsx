import { useStore } from '../api/hooks.ts';
import { browserZone, chooseZone, timeZone, zones } from '../format/zone.ts';
import { t } from '../translations/translate.ts';

/** The choice of the time zone: the browser's, UTC, or any other by name. On a phone there is only room for the name. */
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
