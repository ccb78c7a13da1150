import type { ForwardTargetsQuery } from '../../api/operations.generated.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import { TargetMark } from '../../parts/marks.tsx';
import { Answered, Missed } from '../../parts/notices.tsx';
import { Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { t } from '../../translations/translate.ts';
import { useTargets } from './use-verdict.ts';

/** The targets of callbacks and alert messages, and how far each one is; nothing if there are none, or for viewers. */
export function Forwarding() {
  const isOperator = useIsOperator();
  const answer = useTargets();
  const failed = answer.failed('forwardTargets') ?? answer.failed('alertTargets');
  const hasNone = answer.data !== undefined && failed === null && rowsOf(answer.data).length === 0;
  if (isOperator !== true || hasNone) return null;
  return (
    <section className="section" aria-labelledby="forwarding">
      <h2 id="forwarding">{t('forwarding.title')}</h2>
      <p className="quiet">{t('forwarding.explain')}</p>
      <Answered answer={answer}>
        {(targets) => (
          <>
            {failed !== null && <Missed what={t('forwarding.title')} error={failed} retry={answer.refetch} />}
            <Table
              label={t('forwarding.title')}
              columns={[
                { name: t('forwarding.target') },
                { name: t('sessions.state') },
                { name: t('forwarding.behind'), kind: 'number' },
                { name: t('forwarding.setAside'), kind: 'number' },
                { name: t('forwarding.failed'), kind: 'wide-only time' },
              ]}
            >
              {rowsOf(targets).map(({ name, state, lagEvents, lagMs, setAsideTotal, lastFailedAt }, index) => (
                <tr key={index}>
                  <td className="words">{name}</td>
                  <td>
                    <TargetMark state={state} />
                  </td>
                  <td className="number">{lagEvents === 0 ? t('health.nothing') : showDuration(lagMs)}</td>
                  <td className="number">{showNumber(setAsideTotal)}</td>
                  <td className="wide-only time">{lastFailedAt === null ? '–' : <Time at={lastFailedAt} />}</td>
                </tr>
              ))}
            </Table>
          </>
        )}
      </Answered>
    </section>
  );
}

/** A target of callbacks may have the same name as one of alerts. */
function rowsOf({ forwardTargets, alertTargets }: ForwardTargetsQuery) {
  return [...(forwardTargets ?? []), ...(alertTargets ?? [])];
}
