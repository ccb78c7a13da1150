import { useAsk } from '../../api/hooks.ts';
import { MissingThenDocument, type StreamSessionFilter } from '../../api/operations.generated.ts';
import { showDateAndMinute, showDuration, showNumber } from '../../format/shown.ts';
import type { TimeSpan } from '../../format/slots.ts';
import { Cause } from '../../parts/lists/sessions-table.tsx';
import { Answered } from '../../parts/notices.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { Name, Target } from '../../parts/name.tsx';
import { sessionPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { aroundFilters, missingOf } from './missing-then.ts';

/** Rows of each list that is compared; the query has the number. More would be more than an operation may cost. */
const rowsMax = 500;

/** Streams that were not pushed at a time, between two pushes or after a fault. */
export function MissingList(props: {
  readonly span: TimeSpan;
  /** Milliseconds before and after it in which pushes are looked for. */
  readonly searchedMs: number;
  readonly within: StreamSessionFilter;
}) {
  const { span, searchedMs, within } = props;
  const answer = useAsk(MissingThenDocument, aroundFilters(span, searchedMs, within), { keep: true });
  const duration = showDuration(searchedMs);
  return (
    <section className="section" aria-labelledby="missing-then">
      <h2 id="missing-then">{t('search.missing', { time: showDateAndMinute(span.fromMs) })}</h2>
      <p className="quiet">{t('search.missingExplain', { duration })}</p>
      <Answered answer={answer}>
        {({ ended, next, there }) => {
          const rows = missingOf(span, ended?.nodes ?? [], [...(next?.nodes ?? []), ...(there?.nodes ?? [])]);
          const isCut = [ended, next, there].some((list) => list?.pageInfo.hasNextPage);
          return (
            <>
              {isCut && <p className="quiet">{t('search.missingCut', { n: showNumber(rowsMax) })}</p>}
              {rows.length === 0 ? (
                <p>{t('search.noneMissing')}</p>
              ) : (
                <Table
                  label={t('search.missing', { time: showDateAndMinute(span.fromMs) })}
                  className="missing-table"
                  columns={[
                    { name: t('session.stream') },
                    { name: t('session.target'), kind: 'wide-only' },
                    { name: t('sessions.ended'), kind: 'time' },
                    { name: t('search.backAt'), kind: 'time' },
                    { name: t('search.missingFor'), kind: 'number' },
                    { name: t('sessions.cause') },
                  ]}
                >
                  {rows.map(({ before, after, gapMs }) => (
                    <tr key={before.id}>
                      <td>
                        <RowLink to={sessionPath(before)}>
                          <Name>{before.streamId ?? before.sequence}</Name>
                        </RowLink>
                      </td>
                      <td className="quiet wide-only">
                        <Target {...before} />
                      </td>
                      <td className="time">
                        <Time at={before.endedAt} />
                      </td>
                      <td className="time">
                        {after === null ? t('search.notBack', { duration }) : <Time at={after.startedAt} />}
                      </td>
                      <td className="number">{gapMs === null ? '–' : showDuration(gapMs)}</td>
                      <td>
                        <Cause row={before} />
                      </td>
                    </tr>
                  ))}
                </Table>
              )}
            </>
          );
        }}
      </Answered>
    </section>
  );
}
