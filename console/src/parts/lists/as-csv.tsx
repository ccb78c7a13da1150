import { useMutation } from '@tanstack/react-query';
import { download } from '../../api/download.ts';
import { useStore } from '../../api/hooks.ts';
import { token } from '../../api/token.ts';
import { timeZone } from '../../format/zone.ts';
import { withParams } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { Failure } from '../notices.tsx';

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
    | 'incidents';
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
    ...{ from, to, first: first?.toString(), ...more },
  };
  const urlOf = (form: Readonly<Record<string, string>>) =>
    withParams(`/export/${list}.csv`, { ...parameters, ...form });
  const zone = useStore(timeZone);
  return (
    <>
      <Saved url={urlOf({})} file={`${list}.csv`} words={t('csv')} />
      <Saved url={urlOf({ for: 'spreadsheet', timeZone: zone })} file={`${list}.csv`} words={t('spreadsheet')} />
    </>
  );
}

function Saved({ url, file, words }: { readonly url: string; readonly file: string; readonly words: string }) {
  const isSignedIn = useStore(token) !== null;
  const saving = useMutation({ mutationFn: () => download(url, file), networkMode: 'always' });
  // Without a token the browser streams the file to the disk, however long it is.
  if (!isSignedIn) {
    return (
      <a className="as-csv" href={url} download>
        {words}
      </a>
    );
  }
  return (
    <>
      <button type="button" className="as-csv plain" disabled={saving.isPending} onClick={() => saving.mutate()}>
        {words}
      </button>
      {saving.error !== null && <Failure error={saving.error} />}
    </>
  );
}
