import { useState } from 'react';
import type { Answer } from '../../api/hooks.ts';
import type { HealthQuery, QuarantineFilter, QuarantineReason } from '../../api/operations.generated.ts';
import { serverNow } from '../../api/server-clock.ts';
import { useOrder, useParam, type Order } from '../../api/use-param.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { showNumber } from '../../format/shown.ts';
import { FailedPart } from '../../parts/notices.tsx';
import { ListHead } from '../../parts/lists/paged.tsx';
import { t } from '../../translations/translate.ts';
import { Confirm, type Asked } from './confirm.tsx';
import { HeldList } from './held-list.tsx';

type Count = HealthQuery['all'];

const reasons = ['EXPIRED', 'UNPROVEN', 'FORGED', 'UNREADABLE'] as const satisfies readonly QuarantineReason[];

const fields = { EXPIRED: 'expired', UNPROVEN: 'unproven', FORGED: 'forged', UNREADABLE: 'unreadable' } as const;

const orders = { RECEIVED_AT: 'DESC' } as const;

/** What is in quarantine, by reason, and what can be done about it. */
export function Quarantine({ health, answer }: { readonly health: HealthQuery; readonly answer: Answer<HealthQuery> }) {
  const [param, setReason] = useParam('reason');
  const order = useOrder(orders, 'RECEIVED_AT', 'quarantineOrder');
  const [asked, choose] = useState<Asked | null>(null);
  const isOperator = useIsOperator();
  const reason = reasons.find((each) => each === param) ?? null;
  const countOf = (each: QuarantineReason): Count => health[fields[each]];
  const shown = reason === null ? health.all : countOf(reason);
  const filter: QuarantineFilter = { status: { eq: 'HELD' }, ...(reason !== null && { reason: { eq: reason } }) };
  return (
    <section className="section" aria-labelledby="quarantine">
      <ListHead id="quarantine" title={t('health.quarantine')} list="quarantine" filter={filter} orderBy={order.by} />
      <p className="quiet">{t('health.quarantineExplain')}</p>
      <FailedPart answer={answer} field={reason === null ? 'all' : fields[reason]} what={t('health.quarantine')} />
      {health.all?.totalCount === 0 ? (
        <p>{t('health.nothingHeld')}</p>
      ) : (
        <>
          <div className="chips" role="group" aria-label={t('health.byReason')}>
            <Chip name={t('health.all')} count={health.all} pressed={reason === null} press={() => setReason(null)} />
            {reasons
              .filter((each) => each === reason || (countOf(each)?.totalCount ?? 0) > 0)
              .map((each) => (
                <Chip
                  key={each}
                  name={t(`health.reason.${each}`)}
                  count={countOf(each)}
                  pressed={reason === each}
                  press={() => setReason(each)}
                />
              ))}
            <ByArrival order={order} />
          </div>
          {isOperator === false && <p className="quiet">{t('notice.operatorsOnly')}</p>}
          {reason !== null && <Actions count={countOf(reason)} reason={reason} filter={filter} choose={choose} />}
          {shown !== null && shown.totalCount > 0 && <HeldList filter={filter} order={order} choose={choose} />}
        </>
      )}
      {asked !== null && <Confirm asked={asked} close={() => choose(null)} />}
    </section>
  );
}

/** The order of a list without columns. */
function ByArrival({ order }: { readonly order: Order<'RECEIVED_AT'> }) {
  return (
    <select
      aria-label={t('order.label')}
      value={order.by.direction}
      onChange={({ target }) =>
        order.choose({ field: 'RECEIVED_AT', direction: target.value === 'ASC' ? 'ASC' : 'DESC' })
      }
    >
      <option value="DESC">{t('order.newest')}</option>
      <option value="ASC">{t('order.oldest')}</option>
    </select>
  );
}

/** Decisions on everything of one reason. There is no button for all reasons, because they differ too much. */
function Actions(props: {
  readonly count: Count;
  readonly reason: QuarantineReason;
  readonly filter: QuarantineFilter;
  readonly choose: (asked: Asked) => void;
}) {
  const { count, reason, filter, choose } = props;
  const isOperator = useIsOperator();
  if (count === null || count.totalCount === 0) return null;
  const ask = (decision: Asked['decision']) => {
    // Only what is there now: callbacks that arrive while somebody reads the question are not meant.
    const chosen = { ...filter, receivedAt: { lte: new Date(serverNow()).toISOString() } };
    choose({
      decision,
      chosen: { kind: 'filter', filter: chosen },
      count: count.totalCount,
      isCapped: count.totalCountIsCapped,
    });
  };
  const n = showCount(count);
  return (
    <div className="section">
      <p>{t(`health.meaning.${reason}`)}</p>
      {isOperator && (
        <p className="chips">
          {reason !== 'UNREADABLE' && (
            <button type="button" onClick={() => ask('release')}>
              {t('health.release.all', { n })}
            </button>
          )}
          <button type="button" onClick={() => ask('discard')}>
            {t('health.discard.all', { n })}
          </button>
        </p>
      )}
    </div>
  );
}

function Chip(props: {
  readonly name: string;
  readonly count: Count;
  readonly pressed: boolean;
  readonly press: () => void;
}) {
  return (
    <button type="button" aria-pressed={props.pressed} onClick={props.press}>
      {props.name} {props.count === null ? '' : showCount(props.count)}
    </button>
  );
}

function showCount({ totalCount, totalCountIsCapped }: NonNullable<Count>): string {
  return showNumber(totalCount) + (totalCountIsCapped ? '+' : '');
}
