import { useStore } from '../../api/hooks.ts';
import { timeZone } from '../../format/zone.ts';
import { withParams } from '../../paths.ts';
import { t } from '../../translations/translate.ts';

/** Saves a whole list of the API as CSV, plain or for a spreadsheet, given its name in the schema and its arguments. */
export function AsCsv(props: {
  readonly list:
    | 'streamSessions'
    | 'streamSessionStatistics'
    | 'relayTasks'
    | 'broadcasts'
    | 'missingCallbacks'
    | 'quarantine'
    | 'receivingOutages'
    | 'endedAlerts'
    | 'incidents'
    | 'audit';
  readonly filter?: object;
  readonly orderBy?: object;
  readonly from?: string;
  readonly to?: string;
  /** Rows at most, for a list without pages: if there are more, the list is refused as a whole. */
  readonly first?: number;
  /** Parameters that few lists have, by name. */
  readonly more?: Readonly<Record<string, string>>;
}) {
  const { list, filter, orderBy, from, to, first, more } = props;
  const parameters = {
    filter: filter && JSON.stringify(filter),
    orderBy: orderBy && JSON.stringify(orderBy),
    from,
    to,
    first: first?.toString(),
    ...more,
  };
  const urlOf = (form: Readonly<Record<string, string>>) =>
    withParams(`/export/${list}.csv`, { ...parameters, ...form });
  const zone = useStore(timeZone);
  return (
    <>
      <a className="as-csv" href={urlOf({})} download>
        {t('csv')}
      </a>
      <a className="as-csv" href={urlOf({ for: 'spreadsheet', timeZone: zone })} download>
        {t('spreadsheet')}
      </a>
    </>
  );
}
