import { useAsk } from '../../api/hooks.ts';
import {
  CauseOfCodeDocument,
  EndingsByCodeDocument,
  type EndingsByCodeQuery,
  type EndSide,
} from '../../api/operations.generated.ts';
import { useOrder, useScopeFilter, type Order } from '../../api/use-param.ts';
import { showNumber } from '../../format/shown.ts';
import { ListHead } from '../../parts/lists/paged.tsx';
import { SideMark } from '../../parts/marks.tsx';
import { Answered } from '../../parts/notices.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { serverText, t } from '../../translations/translate.ts';
import type { PathOf } from './selection.ts';

const orders = { ENDED: 'DESC', GROUP: 'ASC' } as const;

/** Interruptions by code and side, because one code can mean two things. */
export function CodesTable({
  from,
  to,
  pathOf,
}: {
  readonly from: string;
  readonly to: string;
  readonly pathOf: PathOf;
}) {
  const filter = useScopeFilter();
  const order = useOrder(orders, 'ENDED', 'codesOrder');
  const answer = useAsk(EndingsByCodeDocument, { filter, from, to, orderBy: order.by }, { keep: true });
  return (
    <section className="section" aria-labelledby="by-code">
      <ListHead
        id="by-code"
        title={t('endings.byCode')}
        list="streamSessionStatistics"
        filter={filter}
        from={from}
        to={to}
        orderBy={order.by}
        more={{ groupBy: 'END_CODE,END_SIDE', fields: 'endCode,endSide,ended' }}
      />
      <Answered answer={answer}>
        {({ streamSessionStatistics: counted }) => counted && <Codes counted={counted} order={order} pathOf={pathOf} />}
      </Answered>
    </section>
  );
}

function Codes(props: {
  readonly counted: NonNullable<EndingsByCodeQuery['streamSessionStatistics']>;
  readonly order: Order<keyof typeof orders>;
  readonly pathOf: PathOf;
}) {
  const { counted, order, pathOf } = props;
  return (
    <>
      <Table
        label={t('endings.byCode')}
        className="endings-table"
        order={order}
        columns={[
          { name: t('endings.code'), by: 'GROUP' },
          { name: t('endings.count'), kind: 'number', by: 'ENDED' },
          { name: t('endings.side'), kind: 'wide-only' },
          { name: t('sessions.cause'), kind: 'words' },
        ]}
      >
        {counted.rows
          // Sessions that have not ended form one group.
          .filter(({ ended }) => ended > 0)
          .map(({ endCode, endSide, ended }) => (
            <tr key={`${endCode} ${endSide}`}>
              <td>
                <RowLink to={pathOf({ code: endCode, side: endSide })}>{endCode ?? t('endings.noCode')}</RowLink>
              </td>
              <td className="number">{showNumber(ended)}</td>
              <td className="wide-only">{endSide && <SideMark side={endSide} />}</td>
              <td className="words quiet">
                {endCode === null ? t('endings.noCause') : <Cause code={endCode} side={endSide ?? 'UNKNOWN'} />}
              </td>
            </tr>
          ))}
      </Table>
      {counted.rowCount > counted.rows.length && (
        <p className="quiet">{t('endings.moreCodes', { n: showNumber(counted.rows.length) })}</p>
      )}
    </>
  );
}

/** What a code means, in the API's words for a session that ended with it: only the API knows the meanings. */
function Cause({ code, side }: { readonly code: number; readonly side: EndSide }) {
  const { data } = useAsk(CauseOfCodeDocument, { filter: { endCode: { eq: code }, endSide: { eq: side } } });
  const summary = data?.streamSessions?.nodes[0]?.endCause?.summary;
  return <>{summary === undefined ? '' : serverText(summary)}</>;
}
