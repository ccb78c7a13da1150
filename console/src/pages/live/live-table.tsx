import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { Link } from 'wouter';
import type { LiveSessionFragment, LiveTaskFragment } from '../../api/operations.generated.ts';
import type { Order } from '../../api/use-param.ts';
import { showNumber } from '../../format/shown.ts';
import { Head, RowLink } from '../../parts/lists/table.tsx';
import { Name, Target } from '../../parts/name.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { Term } from '../../parts/term.tsx';
import { Elapsed, Time } from '../../parts/time.tsx';
import { useIsNarrow, useIsPrinted } from '../../parts/hooks.ts';
import { sessionPath, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { nameInAddress, sectionsOf, type Line } from './domain-groups.ts';
import { DomainLine } from './domain-line.tsx';
import type { LiveField } from './live-rows.ts';

export interface LiveRow extends LiveSessionFragment {
  readonly task: LiveTaskFragment | undefined;
  /** Reconnects in the last hour; null if unknown. */
  readonly reconnects: number | null;
  /** When something was last heard of it, if that is long ago. */
  readonly silentSince: string | undefined;
}

/** Height in pixels of a row (one line on a desktop, two on a phone), and of a domain's heading. */
const rowPixels = { wide: 28, narrow: 60 };
const headingPixels = { wide: 28, narrow: 44 };

/** Rows drawn beyond the visible ones, so that a fast scroll shows no gaps, and `j` has a next row. */
const overscan = 6;

/** The rows, of which only the visible ones are drawn, or all on paper. `hold` is called when the pointer comes and goes. */
export function LiveTable(props: {
  readonly lines: readonly Line<LiveRow>[];
  readonly order: Order<LiveField>;
  readonly left: ReadonlySet<string>;
  readonly hold: (isHeld: boolean) => void;
  /** Folds or unfolds a domain. */
  readonly toggle: (domain: string | null) => void;
}) {
  const { lines, order, left, hold, toggle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useIsNarrow();
  const width = isNarrow ? 'narrow' : 'wide';
  // It returns functions that must not be memoized. This component is small, and nothing in it is memoized.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.row ? rowPixels : headingPixels)[width],
    getItemKey: (index) => lines[index]?.row?.id ?? nameInAddress(lines[index]?.group?.domain),
    overscan,
    // Draws rows that scroll into view with the next frame, not within each scroll event.
    useFlushSync: false,
  });
  // Paper does not scroll.
  const isPrinted = useIsPrinted();
  const items = isPrinted ? lines.map((_, index) => ({ index, start: 0, end: 0 })) : virtual.getVirtualItems();
  const sections = sectionsOf(items, ({ index }) => lines[index]?.group ?? null);
  const above = items[0]?.start ?? 0;
  const below = isPrinted ? 0 : virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
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
        {/* A phone shows two of the columns, so it has a choice above the list instead. */}
        <LiveHead order={isNarrow ? undefined : order} />
        {sections.map(({ group, items: ofSection }, number) => (
          // A heading belongs to its own rows only.
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

function LiveHead({ order }: { readonly order: Order<LiveField> | undefined }) {
  const head = (by: LiveField, className: string) => (
    <Head className={className} order={order} by={by}>
      {t(`live.${by}`)}
    </Head>
  );
  return (
    <thead>
      <tr>
        {head('stream', 'col-stream')}
        {head('target', 'col-target')}
        {head('uptime', 'col-uptime number')}
        <th scope="col" className="col-node">
          <Term means={t('session.nodeMeans')}>{t('live.node')}</Term>
        </th>
        {head('reconnects', 'col-reconnects number')}
        {head('relay', 'col-relay')}
        {head('heard', 'col-heard number')}
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
        <RowLink to={sessionPath(row)}>
          <Name>{row.streamId ?? row.sequence}</Name>
        </RowLink>
      </td>
      <td className="col-target quiet">
        <Target {...row} />
      </td>
      <td className="col-uptime number">
        {hasLeft ? <SessionMark state="ENDED" side={row.endCause?.side} /> : <Elapsed since={row.startedAt} />}
      </td>
      <td className="col-node mono">{row.accessPoint}</td>
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
