import { IncidentNotBackDocument } from '../../api/operations.generated.ts';
import { usePages } from '../../api/use-pages.ts';
import { showNumber } from '../../format/shown.ts';
import { SessionsTable } from '../../parts/lists/sessions-table.tsx';
import { Paged } from '../../parts/lists/paged.tsx';
import { t } from '../../translations/translate.ts';

/** Milliseconds between two queries: streams come back one by one. */
const refreshMs = 15_000;

/** The streams of an incident that are not back, each with the push that it ended. */
export function NotBackList({ incidentId, count }: { readonly incidentId: string; readonly count: number }) {
  const pages = usePages(
    IncidentNotBackDocument,
    { incidentId },
    ({ incident }) => incident?.streamSessions ?? null,
    refreshMs,
  );
  return (
    <section className="section" aria-labelledby="not-back">
      <h2 id="not-back">{t('incident.notBackList', { n: showNumber(count), count })}</h2>
      <Paged pages={pages} none={null}>
        <SessionsTable rows={pages.rows} />
      </Paged>
    </section>
  );
}
