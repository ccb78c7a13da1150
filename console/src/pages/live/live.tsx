import { useLiveList } from '../../api/hooks.ts';
import { useParam } from '../../api/use-param.ts';
import { showNumber } from '../../format/shown.ts';
import { Copy } from '../../parts/copy.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { Failure } from '../../parts/notices.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { Time } from '../../parts/time.tsx';
import { sessionPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { liveSessions } from './sources.ts';

export function Live() {
  const { rows, error } = useLiveList('sessions', liveSessions);
  const [domain] = useParam('domain');
  if (error !== null && rows.size === 0) return <Failure error={error} />;
  return (
    <div className="stack">
      <h1>
        {showNumber(rows.size)} {t('nav.live')}
      </h1>
      <table>
        <tbody>
          {[...rows.values()]
            .filter((row) => domain === null || row.domain === domain)
            .slice(0, 100)
            .map((row) => (
              <tr key={row.id}>
                <td>
                  <RowLink to={sessionPath(row)}>{row.streamId}</RowLink>
                  <Copy text={row.streamId ?? ''} what={row.streamId ?? ''} />
                </td>
                <td>
                  <SessionMark state={row.state} side={row.endCause?.side} />
                </td>
                <td>
                  <Time at={row.startedAt} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
