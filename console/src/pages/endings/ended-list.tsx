import { Link, useSearchParams } from 'wouter';
import { EndedSessionsDocument } from '../../api/operations.generated.ts';
import { useScope } from '../../api/use-scope.ts';
import { scopeFilterOf } from '../../scope.ts';
import { usePages } from '../../api/use-pages.ts';
import { showDateAndClock } from '../../format/shown.ts';
import { ListHead } from '../../parts/list-head.tsx';
import { More } from '../../parts/more.tsx';
import { Failure, Loading, Notice } from '../../parts/notices.tsx';
import { OnlyScope } from '../../parts/only-scope.tsx';
import { SessionsTable } from '../../parts/sessions-table.tsx';
import { paths, withParams } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { endedFilter, type EndingsSelection } from './selection.ts';

/** The sessions behind a mark of the view, the last that ended first. */
export function EndedList({ selection }: { readonly selection: EndingsSelection }) {
  const [params] = useSearchParams();
  const scope = useScope();
  const { span, domain, side, code } = selection;
  const filter = { ...scopeFilterOf(scope), ...endedFilter(selection) };
  const sessions = usePages(EndedSessionsDocument, { filter }, (result) => result.streamSessions);
  const about = [
    scope,
    domain,
    side && t('endings.listSide', { side: t(`side.${side}`) }),
    code !== undefined && t('endings.listCode', { code: code ?? t('endings.noCode') }),
  ].filter(Boolean);
  return (
    <div className="stack">
      <header className="section">
        <p>
          <Link href={withParams(paths.endings, { window: params.get('window') })}>{t('nav.endings')}</Link>
        </p>
        <h1>{t('endings.listTitle', { from: showDateAndClock(span.fromMs), to: showDateAndClock(span.toMs) })}</h1>
        {about.length > 0 && <p className="quiet">{about.join(' · ')}</p>}
      </header>
      {sessions.isLoading && <Loading />}
      {sessions.error !== null && <Failure error={sessions.error} retry={sessions.refetch} />}
      {!sessions.isLoading && sessions.error === null && sessions.rows.length === 0 && (
        <Notice title={t('endings.listNone')}>
          <p>{t('endings.empty')}</p>
          <OnlyScope />
        </Notice>
      )}
      {sessions.rows.length > 0 && (
        <section className="section">
          <ListHead title={t('stream.sessions')} list="streamSessions" filter={filter} />
          <SessionsTable rows={sessions.rows} />
        </section>
      )}
      <More more={sessions.more} isLoading={sessions.isLoadingMore} />
    </div>
  );
}
