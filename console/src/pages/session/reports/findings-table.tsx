import type { ReportedFindingFragment } from '../../../api/operations.generated.ts';
import { showNumber } from '../../../format/shown.ts';
import { Sure } from '../../../parts/sure.tsx';
import { Table } from '../../../parts/lists/table.tsx';
import { Time } from '../../../parts/time.tsx';
import { t } from '../../../translations/translate.ts';
import { FileLink } from './file-link.tsx';

/** What audits, monitoring and others found in the content, the newest first. */
export function FindingsTable({ rows }: { readonly rows: readonly ReportedFindingFragment[] }) {
  return (
    <Table
      label={t('reports.findings')}
      columns={[
        { name: t('reports.when'), kind: 'time' },
        { name: t('reports.service') },
        { name: t('reports.found'), kind: 'words' },
        { name: t('reports.score'), kind: 'number' },
      ]}
    >
      {rows.map((row, index) => (
        <tr key={`${row.callback.id} ${index}`}>
          <td className="time">
            <Time at={row.at} />
          </td>
          <td>{t(`session.event.${row.kind}`)}</td>
          <td className="words">
            {foundIn(row)} <FileLink url={row.url} /> <Sure of={row} />
          </td>
          <td className="number">{row.score === null ? '–' : showNumber(row.score)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** As CSS says it: the label with what an audit suggests, then the words that were recognised or written. */
function foundIn({ name, detail, level, text }: ReportedFindingFragment): string {
  const label = [name, detail].filter((part) => part !== null).join(', ');
  return [level, label === '' ? null : label, text && `“${text}”`]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
}
