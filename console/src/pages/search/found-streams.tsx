import type { SessionRowFragment } from '../../api/operations.generated.ts';
import { SessionMark } from '../../parts/marks.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Elapsed, Time } from '../../parts/time.tsx';
import { Name, Target } from '../../parts/name.tsx';
import { streamPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';

/** Streams come first, because readers mostly ask whether one is live. */
export function FoundStreams({ rows }: { readonly rows: readonly SessionRowFragment[] }) {
  return (
    <section className="section">
      <h2>{t('search.streams')}</h2>
      <p className="quiet">{t('search.streamsOrder')}</p>
      <Table
        label={t('search.streams')}
        columns={[
          { name: t('session.stream') },
          { name: t('sessions.state') },
          { name: t('live.uptime'), kind: 'wide-only' },
          { name: t('sessions.ended') },
          { name: t('session.target'), kind: 'wide-only' },
        ]}
      >
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <RowLink to={streamPath({ ...row, streamId: row.streamId ?? '' })}>
                <Name>{row.streamId}</Name>
              </RowLink>
            </td>
            <td>
              <SessionMark state={row.state} side={row.endCause?.side} />
              {row.state === 'LIVE' && (
                <span className="narrow-only quiet">
                  {' '}
                  <Elapsed since={row.startedAt} />
                </span>
              )}
            </td>
            <td className="wide-only">{row.state === 'LIVE' ? <Elapsed since={row.startedAt} /> : '–'}</td>
            <td>{row.state === 'LIVE' ? '–' : <Time at={row.endedAt} />}</td>
            <td className="quiet wide-only">
              <Target {...row} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
