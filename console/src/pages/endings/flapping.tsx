import { useAsk } from '../../api/hooks.ts';
import { FlappingStreamsDocument, type FlappingStreamsQuery } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import { SideMark } from '../../parts/marks.tsx';
import { Answered } from '../../parts/notices.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { streamPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { sharesOf } from './figures.ts';

type Broadcast = NonNullable<FlappingStreamsQuery['broadcasts']>['nodes'][number];

/** The broadcasts that were connected again most often. */
export function Flapping(props: { readonly from: string; readonly to: string }) {
  const { from, to } = props;
  const answer = useAsk(FlappingStreamsDocument, { filter: useScopeFilter(), from, to }, { keep: true });
  return (
    <section className="section" aria-labelledby="flapping">
      <h2 id="flapping">{t('endings.flapping')}</h2>
      <Answered answer={answer}>
        {({ broadcasts }) => <FlappingTable rows={(broadcasts?.nodes ?? []).filter((row) => row.reconnects > 0)} />}
      </Answered>
    </section>
  );
}

function FlappingTable({ rows }: { readonly rows: readonly Broadcast[] }) {
  if (rows.length === 0) return <p>{t('endings.steady')}</p>;
  return (
    <>
      <p className="quiet">{t('endings.flappingExplain')}</p>
      <Table
        label={t('endings.flapping')}
        className="endings-table"
        columns={[
          { name: t('session.stream') },
          { name: t('endings.reconnects'), kind: 'number' },
          { name: t('endings.gap'), kind: 'number' },
          { name: t('sessions.began'), kind: 'time' },
          { name: t('endings.side') },
        ]}
      >
        {rows.map((row) => (
          <tr key={`${streamPath(row)} ${row.startedAt}`}>
            <td>
              <RowLink to={streamPath(row)}>{row.streamId}</RowLink>
            </td>
            <td className="number">{showNumber(row.reconnects)}</td>
            <td className="number">{showDuration(row.longestGapMs)}</td>
            <td className="time">
              <Time at={row.startedAt} />
            </td>
            <td className="sides">
              {sharesOf(row.causes).map(({ side, sessions }) => (
                <span key={side}>
                  <SideMark side={side} /> {showNumber(sessions)}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
