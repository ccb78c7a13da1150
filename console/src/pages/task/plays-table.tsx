import { showDuration, showNumber } from '../../format/shown.ts';
import { Name } from '../../parts/name.tsx';
import { Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { t } from '../../translations/translate.ts';
import { fileName } from './file-name.ts';
import type { Play } from './plays.ts';

/** The plays in the lanes, the newest first, with their beginnings and durations. */
export function PlaysTable(props: {
  readonly plays: readonly Play[];
  readonly isCut: boolean;
  readonly sourceUrls: readonly string[];
}) {
  const { plays, isCut, sourceUrls } = props;
  const [oldest] = plays;
  if (oldest === undefined) return null;
  return (
    <details>
      <summary>{t('task.plays', { n: showNumber(plays.length), count: plays.length })}</summary>
      {isCut && (
        <p className="quiet">
          {t('task.playsCut')} <Time at={new Date(oldest.fromMs).toISOString()} />
        </p>
      )}
      <Table
        label={t('task.playsLabel')}
        className="plays-table"
        columns={[
          { name: t('sessions.began'), kind: 'time' },
          { name: t('task.file') },
          { name: t('session.duration'), kind: 'number' },
        ]}
      >
        {plays.toReversed().map(({ index, fromMs, toMs }) => (
          <tr key={`${index} ${fromMs}`}>
            <td className="time">
              <Time at={new Date(fromMs).toISOString()} />
            </td>
            <td>
              <Name>{fileName(index, sourceUrls[index ?? -1])}</Name>
            </td>
            <td className="number">{toMs === null ? '–' : showDuration(toMs - fromMs)}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
