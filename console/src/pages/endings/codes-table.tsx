import { useAsk } from '../../api/hooks.ts';
import { CauseOfCodeDocument, type EndingsOfRowFragment, type EndSide } from '../../api/operations.generated.ts';
import { showNumber } from '../../format/shown.ts';
import { SideMark } from '../../parts/marks.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { Table } from '../../parts/table.tsx';
import { serverText, t } from '../../translations/translate.ts';
import type { PathOf } from './selection.ts';

/** Interruptions by code and side: one code can mean two things. */
export function CodesTable(props: {
  readonly rows: readonly EndingsOfRowFragment[];
  readonly isCut: boolean;
  readonly pathOf: PathOf;
}) {
  const { isCut, pathOf } = props;
  // Sessions that have not ended are a group of their own.
  const rows = props.rows.filter(({ ended }) => ended > 0);
  return (
    <section className="section" aria-labelledby="by-code">
      <h2 id="by-code">{t('endings.byCode')}</h2>
      <Table
        label={t('endings.byCode')}
        className="endings-table"
        columns={[
          { name: t('endings.code') },
          { name: t('endings.count'), kind: 'number' },
          { name: t('endings.side'), kind: 'wide-only' },
          { name: t('endings.cause'), kind: 'words' },
        ]}
      >
        {rows.map(({ endCode, endSide, ended }) => (
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
      {isCut && <p className="quiet">{t('endings.moreCodes', { n: showNumber(rows.length) })}</p>}
    </section>
  );
}

/** What a code means, in the words of a session that ended with it: only the API knows them. */
function Cause({ code, side }: { readonly code: number; readonly side: EndSide }) {
  const { data } = useAsk(CauseOfCodeDocument, { filter: { endCode: { eq: code }, endSide: { eq: side } } });
  const summary = data?.streamSessions?.nodes[0]?.endCause?.summary;
  return <>{summary === undefined ? '' : serverText(summary)}</>;
}
