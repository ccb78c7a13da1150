import { useRef, useState, type MouseEvent, type PointerEvent, type ReactNode } from 'react';
import type { TimeSpan } from '../../format/slots.ts';

/** Pixels that a pointer may move while it clicks. */
const clickMovesMax = 5;

/** A drawing of a time, a part of which is chosen by dragging over it. By keys, the same is chosen beside it. */
export function DragSpan(props: {
  readonly span: TimeSpan;
  readonly choose: (span: TimeSpan) => void;
  readonly children: ReactNode;
}) {
  const { span, choose, children } = props;
  /** Shares of the width, where the pointer went down and where it is. */
  const [dragged, setDragged] = useState<readonly [number, number] | null>(null);
  const hasDragged = useRef(false);
  const shareOf = ({ currentTarget, clientX }: PointerEvent<HTMLDivElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width));
  };
  const isFar = (event: PointerEvent<HTMLDivElement>, [from, to]: readonly [number, number]) =>
    Math.abs(to - from) * event.currentTarget.clientWidth > clickMovesMax;
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (dragged === null) return;
    const now = [dragged[0], shareOf(event)] as const;
    // Not before it moves: a captured pointer clicks on nothing within.
    if (isFar(event, now)) event.currentTarget.setPointerCapture(event.pointerId);
    setDragged(now);
  };
  const end = (event: PointerEvent<HTMLDivElement>) => {
    if (dragged === null) return;
    setDragged(null);
    hasDragged.current = isFar(event, dragged);
    if (!hasDragged.current) return;
    const [one, other] = dragged.map((share) => span.fromMs + share * (span.toMs - span.fromMs)).sort((a, b) => a - b);
    if (one !== undefined && other !== undefined) choose({ fromMs: one, toMs: other });
  };
  // The browser takes the end of a drag for a click.
  const click = (event: MouseEvent) => {
    if (hasDragged.current) event.preventDefault();
    if (hasDragged.current) event.stopPropagation();
    hasDragged.current = false;
  };
  const [from, to] = dragged === null ? [0, 0] : [Math.min(...dragged), Math.max(...dragged)];
  return (
    <div
      className="drag-span"
      onPointerDown={(event) => {
        hasDragged.current = false;
        // A finger scrolls.
        if (event.button === 0 && event.pointerType === 'mouse') setDragged([shareOf(event), shareOf(event)]);
      }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => setDragged(null)}
      onDragStart={(event) => event.preventDefault()}
      onClickCapture={click}
    >
      {children}
      {dragged !== null && (
        <div className="dragged" style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }} />
      )}
    </div>
  );
}
