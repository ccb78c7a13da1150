import { useParam, useScopeFilter, type Order } from '../../api/use-param.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import type { OrderBy } from '../../order.ts';
import { AsCsv } from '../../parts/lists/as-csv.tsx';
import { FilterChips } from '../../parts/lists/filter-chips.tsx';
import { useIsNarrow } from '../../parts/hooks.ts';
import { t } from '../../translations/translate.ts';
import { liveOrders, type LiveField } from './live-rows.ts';
import type { Grouping } from './use-grouping.ts';
import { silences, useSilent } from './use-figures.ts';

/** Filters and order of the list, all of which are in the address. */
export function LiveControls(props: {
  /** Streams that began while the list did not move. */
  readonly waiting: number;
  readonly order: Order<LiveField>;
  readonly grouping: Grouping;
}) {
  const { waiting, order } = props;
  const { folded, setGrouped } = props.grouping;
  const scope = useScopeFilter();
  const [text, setText] = useParam('name');
  const { wanted, filter, setWanted } = useSilent();
  return (
    <div className="live-controls">
      <input
        type="search"
        aria-label={t('live.filter')}
        placeholder={t('live.filter')}
        value={text ?? ''}
        onChange={(event) => setText(event.target.value)}
      />
      {useIsNarrow() && <OrderChoice order={order} />}
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
      <AsCsv list="streamSessions" {...exportArguments(order.by, { ...scope, ...filter })} />
      <FilterChips
        filters={[
          wanted !== null && {
            text: t('live.silentFor', { duration: showDuration(wanted * 1_000) }),
            remove: () => setWanted(null),
          },
        ]}
      />
      <span role="status" className="quiet">
        {waiting > 0 && t('live.waiting', { n: showNumber(waiting) })}
      </span>
    </div>
  );
}

/** The arguments for saving the table of the list. The API has only one of its orders. */
function exportArguments({ field, direction }: OrderBy<LiveField>, filter: object) {
  const orderBy = { field: 'STARTED_AT', direction: direction === 'ASC' ? 'DESC' : 'ASC' };
  return { filter: { state: { eq: 'LIVE' }, ...filter }, ...(field === 'uptime' && { orderBy }) };
}

const directions = { ASC: '↑', DESC: '↓' } as const;

/** All orders in one choice, for a page that does not show the heads of the columns. */
function OrderChoice({ order }: { readonly order: Order<LiveField> }) {
  const choices = (Object.keys(liveOrders) as LiveField[]).flatMap((field) =>
    (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
  );
  return (
    <select
      aria-label={t('order.label')}
      value={choices.findIndex(({ field, direction }) => field === order.by.field && direction === order.by.direction)}
      onChange={(event) => order.choose(choices[Number(event.target.value)] ?? order.by)}
    >
      {choices.map(({ field, direction }, index) => (
        <option key={index} value={index}>
          {t(`live.${field}`)} {directions[direction]}
        </option>
      ))}
    </select>
  );
}
