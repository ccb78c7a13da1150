import type { ReportedScreenshotFragment } from '../../../api/operations.generated.ts';
import { showBytes } from '../../../format/shown.ts';
import { Sure } from '../../../parts/sure.tsx';
import { Table } from '../../../parts/lists/table.tsx';
import { Time } from '../../../parts/time.tsx';
import { t } from '../../../translations/translate.ts';
import { FileLink } from './file-link.tsx';

/** Screenshots, the newest first. */
export function ScreenshotsTable({ rows }: { readonly rows: readonly ReportedScreenshotFragment[] }) {
  return (
    <Table
      label={t('reports.screenshots')}
      columns={[
        { name: t('reports.when'), kind: 'time' },
        { name: t('session.size') },
        { name: t('reports.bytes'), kind: 'number' },
      ]}
    >
      {rows.map((row) => (
        <tr key={row.callback.id}>
          <td className="time">
            <Time at={row.at} />
          </td>
          <td>
            {row.width === null || row.height === null ? t('unknown') : `${row.width} × ${row.height}`}{' '}
            <FileLink url={row.url} /> <Sure of={row} />
          </td>
          <td className="number">{row.sizeBytes === null ? '–' : showBytes(row.sizeBytes)}</td>
        </tr>
      ))}
    </Table>
  );
}
