import { Link } from 'wouter';
import type { Answer } from '../../api/hooks.ts';
import type { HealthQuery } from '../../api/operations.generated.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import { Missed } from '../../parts/notices.tsx';
import { paths } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { useVerdict, type Day } from './use-verdict.ts';
import type { Finding, Status } from './verdict.ts';

/** Whether anything needs attention, in one sentence; below it each thing that does, and what to do. */
export function Headline({ answer, day }: { readonly answer: Answer<HealthQuery>; readonly day: Day }) {
  const { verdict, missed } = useVerdict(answer, day);
  const unread = missed.map((part) => (
    <li key={part.what}>
      <Missed {...part} />
    </li>
  ));
  if (verdict === null) return unread.length > 0 && <ol className="findings">{unread}</ol>;
  const { headline, status, findings } = verdict;
  const things = findings.length + unread.length;
  return (
    <header className="section">
      <h1 className={status.isProblem ? 'problem' : undefined}>
        {headline === 'status' && wordsOf(status)}
        {headline === 'checking' && t('health.checking')}
        {headline === 'findings' && t('health.attention', { n: showNumber(things), count: things })}
        {headline === 'well' && t('health.well')}
      </h1>
      {headline !== 'status' && <p>{wordsOf(status)}</p>}
      {status.isProblem && <p>{t(`health.todo.${status.key}`)}</p>}
      {things > 0 && (
        <ol className="findings">
          {unread}
          {findings.map((finding) => (
            <li key={finding.key}>
              <a href={`#${finding.section}`}>{t(`health.finding.${finding.key}.what`, valuesOf(finding))}</a>{' '}
              <span className="quiet">{t(`health.finding.${finding.key}.todo`)}</span>
            </li>
          ))}
        </ol>
      )}
      {(status.key === 'empty' || status.key === 'quiet') && <Link href={paths.setUp}>{t('health.toSetUp')}</Link>}
    </header>
  );
}

function wordsOf(status: Status): string {
  if (status.key === 'empty') return t('health.empty');
  if (status.key === 'behind') return t('health.behind', { behind: showDuration(status.lagMs) });
  if ('reason' in status) return t(`health.${status.key}`, { reason: status.reason });
  return `${t(`health.${status.key}`, { age: showDuration(status.newestAgeMs) })} ${t('health.upToNow')}`;
}

function valuesOf({ n, isMore = false, ageMs = 0, names = [] }: Finding) {
  return { n: showNumber(n) + (isMore ? '+' : ''), count: n, age: showDuration(ageMs), names: names.join(', ') };
}
