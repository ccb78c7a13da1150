import { Link } from 'wouter';
import { useLiveList } from '../../../api/hooks.ts';
import { useParam, useScopeFilter } from '../../../api/use-param.ts';
import { showNumber } from '../../../format/shown.ts';
import { SessionsTable } from '../../../parts/lists/sessions-table.tsx';
import { Failure, Loading, Missed, OnlyScope } from '../../../parts/notices.tsx';
import { paths } from '../../../paths.ts';
import { t } from '../../../translations/translate.ts';
import { liveSessions } from '../sources.ts';
import { useNotBack } from './use-not-back.ts';

/** How far back to look, in milliseconds: a fault of this night, of a day, of a week. */
const windows = { '3h': 10_800_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
const windowNames = Object.keys(windows) as readonly (keyof typeof windows)[];

/** The streams that a fault ended and that are not back, each with its last push. */
export function NotBack() {
  const [param, setWindow] = useParam('window');
  const window = windowNames.find((name) => name === param) ?? '24h';
  const live = useLiveList('sessions', liveSessions(useScopeFilter()));
  const { rows, isCut, error, refetch } = useNotBack(windows[window], live.rows, live.left);
  const isKnown = rows !== undefined && live.isWhole;
  const failure = error ?? live.error;
  return (
    <div className="stack">
      <header className="section">
        <p>
          <Link href={paths.endings}>{t('nav.endings')}</Link>
        </p>
        <h1>{t('notBack.title', { n: isKnown ? showNumber(rows.length) : '…', count: rows?.length ?? 0 })}</h1>
        <p className="quiet">{t('notBack.explain')}</p>
        <div className="chips" role="group" aria-label={t('period.label')}>
          {windowNames.map((name) => (
            <button key={name} type="button" aria-pressed={name === window} onClick={() => setWindow(name)}>
              {name === '3h' ? t('live.lastHours', { n: 3 }) : t(`period.names.${name}`)}
            </button>
          ))}
        </div>
      </header>
      {isKnown && failure !== null && <Missed what={t('notBack.streams')} error={failure} retry={refetch} />}
      {!isKnown &&
        (failure === null ? <Loading /> : <Failure error={failure} retry={error === null ? live.retry : refetch} />)}
      {isKnown && rows.length === 0 && (
        <>
          <p>{t('notBack.none')}</p>
          <OnlyScope />
        </>
      )}
      {isKnown && rows.length > 0 && <SessionsTable rows={rows} />}
      {isKnown && isCut && <p className="quiet">{t('notBack.cut')}</p>}
    </div>
  );
}
