import { useState, type ReactNode } from 'react';
import { useAsk } from '../../../api/hooks.ts';
import { SessionReportsDocument, type ReportedFindingFragment } from '../../../api/operations.generated.ts';
import { showNumber } from '../../../format/shown.ts';
import { Failure } from '../../../parts/notices.tsx';
import { More } from '../../../parts/lists/paged.tsx';
import { t } from '../../../translations/translate.ts';
import { FindingsTable } from './findings-table.tsx';
import { HealthTable } from './health-table.tsx';
import { recordingLines } from './recording-lines.ts';
import { RecordingsTable } from './recordings-table.tsx';
import { ScreenshotsTable } from './screenshots-table.tsx';

/** Rows of a section before all are asked for: a screenshot each minute would push away what follows. */
const rowsAtFirst = 10;

/** Entries of each list in one answer: the API's bound. The timeline has the rest. */
const answeredMax = 100;

/** Milliseconds between two queries: such callbacks change no session, so nothing says that there are more. */
const refreshMs = 60_000;

/** What CSS reports of a push beside its beginning and its end, as far as is known now. Nothing if that is nothing. */
export function SessionReports({ sequence, appId }: { readonly sequence: string; readonly appId: string | null }) {
  const { data, error, refetch } = useAsk(SessionReportsDocument, { sequence, appId }, { refreshMs });
  if (error !== null && data === undefined) return <Failure error={error} retry={refetch} />;
  const session = data?.streamSession;
  if (!session) return null;
  const recordings = session.recordings ?? [];
  const recordingEvents = session.recordingEvents ?? [];
  const screenshots = session.screenshots ?? [];
  const findings = session.findings ?? [];
  return (
    <>
      <Section title={t('reports.health')} rows={session.health ?? []} Rows={HealthTable}>
        {t('reports.healthExplain')}
      </Section>
      <Section
        title={t('reports.recordings')}
        rows={recordingLines(recordings, recordingEvents)}
        Rows={RecordingsTable}
        isCut={Math.max(recordings.length, recordingEvents.length) >= answeredMax}
      />
      <Section
        title={t('reports.screenshots')}
        rows={screenshots}
        Rows={ScreenshotsTable}
        isCut={screenshots.length >= answeredMax}
      />
      <Section
        title={t('reports.findings')}
        rows={byTime(findings)}
        Rows={FindingsTable}
        isCut={findings.length >= answeredMax}
      />
    </>
  );
}

/** The API has the order of the log. What has no time is last. */
function byTime(rows: readonly ReportedFindingFragment[]): readonly ReportedFindingFragment[] {
  const atOf = ({ at }: ReportedFindingFragment) => (at === null ? 0 : Date.parse(at));
  return rows.toSorted((a, b) => atOf(b) - atOf(a));
}

/** A list with its heading: nothing if it is empty, and only its first rows until the reader wants all. */
function Section<Row>(props: {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly Rows: (props: { readonly rows: readonly Row[] }) => ReactNode;
  /** Whether there may be more than the API answers at once. */
  readonly isCut?: boolean;
  readonly children?: ReactNode;
}) {
  const { title, rows, Rows, isCut = false, children } = props;
  const [isWhole, showWhole] = useState(false);
  if (rows.length === 0) return null;
  return (
    <section className="section">
      <h2>{title}</h2>
      {children !== undefined && <p className="quiet">{children}</p>}
      {isCut && <p className="quiet">{t('reports.newest', { n: showNumber(answeredMax) })}</p>}
      <Rows rows={isWhole ? rows : rows.slice(0, rowsAtFirst)} />
      <More more={isWhole || rows.length <= rowsAtFirst ? null : () => showWhole(true)} isLoading={false} />
    </section>
  );
}
