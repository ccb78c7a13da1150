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
import { nameInAddress, sectionsOf, type Line } from './domain-groups.ts';
import { DomainLine } from './domain-line.tsx';

export interface LiveRow extends LiveSessionFragment {
  readonly task: LiveTaskFragment | undefined;
  /** In the last hour; null where that is not known. */
  readonly reconnects: number | null;
  /** When something was last heard of it, where that is long ago. */
  readonly silentSince: string | undefined;
}

/** Pixels of a row: one line on a desktop, two on a phone; and of the heading of a domain. */
const rowPixels = { wide: 28, narrow: 60 };
const headingPixels = { wide: 28, narrow: 44 };

/** Rows beyond the visible ones, so that a fast scroll does not show gaps, and `j` has a next row. */
const overscan = 6;

/** The rows, of which only the visible ones are in the page. `hold` is called when the pointer comes and goes. */
export function LiveTable(props: {
  readonly lines: readonly Line<LiveRow>[];
  readonly left: ReadonlySet<string>;
  readonly hold: (isHeld: boolean) => void;
  /** Folds a domain, or unfolds it. */
  readonly toggle: (domain: string | null) => void;
}) {
  const { lines, left, hold, toggle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useIsNarrow() ? 'narrow' : 'wide';
  // It returns functions that must not be remembered; this component is small, and nothing of it is.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.row ? rowPixels : headingPixels)[width],
    getItemKey: (index) => lines[index]?.row?.id ?? nameInAddress(lines[index]?.group?.domain),
    overscan,
    // Rows that come into view are drawn with the next frame, not within the event of each scroll.
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const sections = sectionsOf(items, ({ index }) => lines[index]?.group ?? null);
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
      <table className="live-table" aria-rowcount={lines.length + 1}>
        <LiveHead />
        {sections.map(({ group, items: ofSection }, number) => (
          // A heading is that of its own rows alone.
          <tbody key={nameInAddress(group?.domain)}>
            {number === 0 && <Spacer pixels={above} />}
            {ofSection.map(({ index }) => {
              const row = lines[index]?.row;
              if (row) return <LiveLine key={row.id} row={row} rowIndex={index + 2} hasLeft={left.has(row.id)} />;
              return group && <DomainLine key="heading" group={group} rowIndex={index + 2} toggle={toggle} />;
            })}
            {number === sections.length - 1 && <Spacer pixels={below} />}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Spacer({ pixels }: { readonly pixels: number }) {
  return (
    <tr className="spacer" aria-hidden="true">
      <td colSpan={7} style={{ height: pixels }} />
    </tr>
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
