import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { Link } from 'wouter';
import type { LiveSessionFragment, LiveTaskFragment } from '../../api/operations.generated.ts';
import { showNumber } from '../../format/shown.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { Term } from '../../parts/term.tsx';
import { Elapsed, Time } from '../../parts/time.tsx';
import { useIsNarrow } from '../../parts/use-is-narrow.ts';
import { sessionPath, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';

export interface LiveRow extends LiveSessionFragment {
  readonly task: LiveTaskFragment | undefined;
  /** In the last hour; null where that is not known. */
  readonly reconnects: number | null;
  /** When something was last heard of it, where that is long ago. */
  readonly silentSince: string | undefined;
}

/** Pixels of a row: one line on a desktop, two on a phone. */
const rowPixels = { wide: 28, narrow: 60 };

/** Rows beyond the visible ones, so that a fast scroll does not show gaps, and `j` has a next row. */
const overscan = 6;

/** The rows, of which only the visible ones are in the page. `hold` is called when the pointer comes and goes. */
export function LiveTable(props: {
  readonly rows: readonly LiveRow[];
  readonly left: ReadonlySet<string>;
  readonly hold: (isHeld: boolean) => void;
}) {
  const { rows, left, hold } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useIsNarrow();
  const size = isNarrow ? rowPixels.narrow : rowPixels.wide;
  // It returns functions that must not be remembered; this component is small, and nothing of it is.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan,
    // Rows that come into view are drawn with the next frame, not within the event of each scroll.
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      ref={scroller}
      className="live-scroll"
      onPointerEnter={({ pointerType }) => {
        if (pointerType === 'mouse') hold(true);
      }}
      onPointerLeave={() => hold(false)}
    >
      <table className="live-table" aria-rowcount={rows.length + 1}>
        <LiveHead />
        <tbody>
          <tr className="spacer" aria-hidden="true">
            <td colSpan={7} style={{ height: above }} />
          </tr>
          {items.map(({ index }) => {
            const row = rows[index];
            return row && <LiveLine key={row.id} row={row} rowIndex={index + 2} hasLeft={left.has(row.id)} />;
          })}
          <tr className="spacer" aria-hidden="true">
            <td colSpan={7} style={{ height: below }} />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function LiveHead() {
  return (
    <thead>
      <tr>
        <th className="col-stream">{t('live.stream')}</th>
        <th className="col-target">{t('live.target')}</th>
        <th className="col-uptime number">{t('live.uptime')}</th>
        <th className="col-node">
          <Term means={t('session.nodeMeans')}>{t('live.node')}</Term>
        </th>
        <th className="col-reconnects number">{t('live.reconnects')}</th>
        <th className="col-relay">{t('live.relay')}</th>
        <th className="col-heard number">{t('live.heard')}</th>
      </tr>
    </thead>
  );
}

const LiveLine = memo(function LiveLine(props: {
  readonly row: LiveRow;
  readonly rowIndex: number;
  readonly hasLeft: boolean;
}) {
  const { row, rowIndex, hasLeft } = props;
  const isSilent = row.silentSince !== undefined;
  return (
    <tr aria-rowindex={rowIndex} className={hasLeft ? 'has-left' : isSilent ? 'is-silent' : undefined}>
      <td className="col-stream">
        <RowLink to={sessionPath(row)}>{row.streamId ?? row.sequence}</RowLink>
      </td>
      <td className="col-target quiet">
        {row.domain}/{row.path}
      </td>
      <td className="col-uptime number">
        {hasLeft ? <SessionMark state="ENDED" side={row.endCause?.side} /> : <Elapsed since={row.startedAt} />}
      </td>
      <td className="col-node mono">{row.node}</td>
      <td className="col-reconnects number">{row.reconnects === null ? '–' : showNumber(row.reconnects)}</td>
      <td className="col-relay">
        {row.task && (
          <Link href={taskPath(row.task)}>
            {row.task.taskId}
            {typeof row.task.currentFile?.index === 'number' &&
              `, ${t('live.file', { index: showNumber(row.task.currentFile.index + 1) })}`}
          </Link>
        )}
      </td>
      <td className="col-heard number">
        {isSilent && <SessionMark state="LIVE" isSilent />} <Time at={row.silentSince ?? row.lastReceivedAt} />
      </td>
    </tr>
  );
});
