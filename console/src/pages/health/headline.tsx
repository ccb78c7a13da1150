import { Link } from 'wouter';
import type { HealthQuery } from '../../api/operations.generated.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import { paths } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { useVerdict, type Day } from './use-verdict.ts';
import type { Finding, Status } from './verdict.ts';

/** Whether anything needs attention, in one sentence; below it each thing that does, and what to do. */
export function Headline({ health, day }: { readonly health: HealthQuery; readonly day: Day }) {
  const verdict = useVerdict(health, day);
  if (verdict === null) return null;
  const { headline, status, findings } = verdict;
  return (
    <header className="section">
      <h1 className={status.isProblem ? 'problem' : undefined}>
        {headline === 'status' && wordsOf(status)}
        {headline === 'findings' && t('health.attention', { n: showNumber(findings.length), count: findings.length })}
        {headline === 'well' && t('health.well')}
      </h1>
      {headline !== 'status' && <p>{wordsOf(status)}</p>}
      {status.isProblem && <p>{t(`health.todo.${status.key}`)}</p>}
      {findings.length > 0 && (
        <ol className="findings">
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
