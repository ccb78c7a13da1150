import { useMutation } from '@tanstack/react-query';
import { download } from '../../api/download.ts';
import { useStore } from '../../api/hooks.ts';
import { token } from '../../api/token.ts';
import { withParams } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { Failure } from '../notices.tsx';

/** Saves a whole list of the API as CSV, given its name in the schema and its arguments. */
export function AsCsv(props: {
  readonly list:
    | 'streamSessions'
    | 'streamSessionStatistics'
    | 'relayTasks'
    | 'broadcasts'
    | 'missingCallbacks'
    | 'quarantine'
    | 'receivingOutages'
    | 'endedAlerts';
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
  const url = withParams(`/export/${list}.csv`, {
    filter: filter && JSON.stringify(filter),
    orderBy: orderBy && JSON.stringify(orderBy),
    ...{ from, to, first: first?.toString(), ...more },
  });
  const isSignedIn = useStore(token) !== null;
  const saving = useMutation({ mutationFn: () => download(url, `${list}.csv`), networkMode: 'always' });
  // Without a token the browser streams the file to the disk, however long it is.
  if (!isSignedIn) {
    return (
      <a className="as-csv" href={url} download>
        {t('csv')}
      </a>
    );
  }
  return (
    <>
      <button type="button" className="as-csv plain" disabled={saving.isPending} onClick={() => saving.mutate()}>
        {t('csv')}
      </button>
      {saving.error !== null && <Failure error={saving.error} />}
    </>
  );
}
