import { showBytes, showDuration, showNumber } from '../../../format/shown.ts';
import { Shape } from '../../../parts/marks.tsx';
import { Sure } from '../../../parts/sure.tsx';
import { Table } from '../../../parts/lists/table.tsx';
import { Time } from '../../../parts/time.tsx';
import { t } from '../../../translations/translate.ts';
import { FileLink } from './file-link.tsx';
import type { RecordingLine } from './recording-lines.ts';

/** What was recorded: files, and what happened to each recording. */
export function RecordingsTable({ rows }: { readonly rows: readonly RecordingLine[] }) {
  return (
    <Table
      label={t('reports.recordings')}
      columns={[
        { name: t('reports.when'), kind: 'time' },
        { name: t('reports.what'), kind: 'words' },
        { name: t('session.duration'), kind: 'number' },
        { name: t('reports.recording'), kind: 'wide-only' },
      ]}
    >
      {rows.map((row, index) => (
        <tr key={`${row.callback.id} ${index}`}>
          <td className="time">
            <Time at={row.at} />
          </td>
          <td className="words">
            {row.what === 'file' ? <File file={row} /> : <Event event={row} />} <Sure of={row} />
          </td>
          <td className="number">
            {row.what === 'file' && row.durationMs !== null ? showDuration(row.durationMs) : '–'}
          </td>
          <td className="wide-only mono">{row.recordingId}</td>
        </tr>
      ))}
    </Table>
  );
}

function File({ file: { format, resolution, sizeBytes, url } }: { readonly file: RecordingLine & { what: 'file' } }) {
  const size = sizeBytes === null ? null : showBytes(sizeBytes);
  const form = [format?.toUpperCase(), resolution, size].filter((part) => part != null).join(', ');
  return (
    <>
      {t('reports.saved')}
      {form !== '' && ` (${form})`} <FileLink url={url} />
    </>
  );
}

/** What CSS's levels are called here; after an error or an alarm, something is not recorded as it should be. */
const levels = { info: null, warning: 'warning', error: 'failure', alarm: 'failure' } as const;

function Event({ event: { level, count, callback } }: { readonly event: RecordingLine & { what: 'event' } }) {
  const word = level !== null && level in levels ? levels[level as keyof typeof levels] : null;
  return (
    <>
      {word !== null && (
        <strong className="mark">
          <Shape tone={word === 'failure' ? 'other' : 'unknown'} />
          {t(`reports.${word}`)}
        </strong>
      )}{' '}
      {callback.summary ?? t('unknown')} {count > 1 && <span className="quiet">× {showNumber(count)}</span>}
    </>
  );
}
