import { Link } from 'wouter';
import { useParam } from '../../api/use-param.ts';
import { showNumber } from '../../format/shown.ts';
import { Shape } from '../../parts/marks.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Cause } from '../../parts/lists/sessions-table.tsx';
import { Time } from '../../parts/time.tsx';
import { sessionPath } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';
import { endedPath } from '../endings/selection.ts';
import type { Ended } from './use-ended-lately.ts';

/** Causes in the line at most, so that it stays a line or two. */
const causesMax = 4;

/**
 * What just ended and why, in a line that opens to the newest sessions. `hold` is called when the pointer comes and
 * goes.
 */
export function EndedLately(props: { readonly ended: Ended | undefined; readonly hold: (isHeld: boolean) => void }) {
  const { ended, hold } = props;
  const [opened, setOpened] = useParam('ended');
  // The line is drawn before its number arrives, so that nothing moves when it does.
  if (ended === undefined || ended.count === 0) {
    return <p className="ended-lately">{t('live.ended', { n: ended === undefined ? '–' : showNumber(0) })}</p>;
  }
  const n = showNumber(ended.count) + (ended.isCapped ? '+' : '');
  return (
    <details
      className="ended-lately"
      open={opened === 'open'}
      onToggle={({ currentTarget: { open } }) => {
        if (open !== (opened === 'open')) setOpened(open ? 'open' : null);
      }}
      onPointerEnter={({ pointerType }) => {
        if (pointerType === 'mouse') hold(true);
      }}
      onPointerLeave={() => hold(false)}
    >
      <summary>
        {t('live.ended', { n })}
        {ended.causes.slice(0, causesMax).map(({ tone, cause, count }) => (
          <span key={`${tone} ${cause?.summary}`} className="mark quiet">
            <Shape tone={tone} />
            {showNumber(count)}{' '}
            {cause === null ? t(`endings.tones.${tone}`) : `${t(`side.${cause.side}`)}: ${serverText(cause.summary)}`}
          </span>
        ))}
        {ended.causes.length > causesMax && <span className="quiet"> …</span>}
        {ended.ofNewest < ended.count && (
          <span className="quiet"> {t('live.endedOf', { n: showNumber(ended.ofNewest) })}</span>
        )}
      </summary>
      <Rows ended={ended} label={t('live.ended', { n })} />
    </details>
  );
}

function Rows({ ended: { rows, span }, label }: { readonly ended: Ended; readonly label: string }) {
  return (
    <>
      <Table
        label={label}
        className="ended-table"
        columns={[
          { name: t('live.stream') },
          { name: t('sessions.ended'), kind: 'time' },
          { name: t('sessions.cause'), kind: 'words' },
        ]}
      >
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <RowLink to={sessionPath(row)}>{row.streamId ?? row.sequence}</RowLink>
            </td>
            <td className="time">
              <Time at={row.endedAt} />
            </td>
            <td className="words">
              <Cause row={row} />
            </td>
          </tr>
        ))}
      </Table>
      <Link href={endedPath({ span, domain: null }, '24h')}>{t('live.endedAll')}</Link>
    </>
  );
}
