import { useScopeFilter } from '../../api/use-scope.ts';
import { useParam } from '../../api/use-param.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import { t } from '../../translations/translate.ts';
import { silences, useSilent } from './use-silent.ts';
import { AsCsv } from '../../parts/as-csv.tsx';
import { liveOrders, type LiveOrder } from './live-rows.ts';
import type { Grouping } from './use-grouping.ts';

/** Filters and order of the list, all of them in the address. */
export function LiveControls(props: {
  /** Streams that began while the list was held still. */
  readonly waiting: number;
  readonly order: LiveOrder;
  readonly grouping: Grouping;
}) {
  const { waiting, order } = props;
  const { folded, setGrouped } = props.grouping;
  const scope = useScopeFilter();
  const [text, setText] = useParam('name');
  const [, setOrder] = useParam('order');
  const { wanted, setWanted } = useSilent();
  return (
    <div className="live-controls">
      <input
        type="search"
        aria-label={t('live.filter')}
        placeholder={t('live.filter')}
        value={text ?? ''}
        onChange={(event) => setText(event.target.value)}
      />
      <select aria-label={t('live.order')} value={order} onChange={(event) => setOrder(event.target.value)}>
        {liveOrders.map((each) => (
          <option key={each} value={each}>
            {t(`live.orders.${each}`)}
          </option>
        ))}
      </select>
      <select aria-label={t('live.silence')} value={wanted ?? ''} onChange={(event) => setWanted(event.target.value)}>
        <option value="">{t('live.silentOrNot')}</option>
        {[...new Set([...silences, wanted])].map(
          (seconds) =>
            seconds !== null && (
              <option key={seconds} value={seconds}>
                {t('live.silentFor', { duration: showDuration(seconds * 1_000) })}
              </option>
            ),
        )}
      </select>
      {setGrouped !== null && (
        <button type="button" aria-pressed={folded !== null} onClick={() => setGrouped(folded === null)}>
          {t('live.group')}
        </button>
      )}
      <AsCsv list="streamSessions" filter={{ state: { eq: 'LIVE' }, ...scope }} />
      <span role="status" className="quiet">
        {waiting > 0 && t('live.waiting', { n: showNumber(waiting) })}
      </span>
    </div>
  );
}
