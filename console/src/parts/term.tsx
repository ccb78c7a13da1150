import { useId, type ToggleEvent } from 'react';

/** Pixels: the maximum width of an explanation, and its minimum distance from the edge of the window. As in the styles. */
const [wideMax, fromEdge] = [320, 8];

/** A technical term: hovering, Enter or a tap shows one sentence that explains it. */
export function Term({ children, means }: { readonly children: string; readonly means: string }) {
  const id = useId();
  return (
    <>
      <button type="button" className="term" popoverTarget={id} title={means}>
        {children}
      </button>
      <span id={id} popover="auto" className="meaning" onBeforeToggle={putBelow}>
        {means}
      </span>
    </>
  );
}

/** An open explanation is above everything else; puts it below its word, within the window. */
function putBelow({ currentTarget: meaning, newState }: ToggleEvent<HTMLElement>): void {
  const word = meaning.previousElementSibling?.getBoundingClientRect();
  if (newState !== 'open' || word === undefined) return;
  const leftMax = Math.max(fromEdge, window.innerWidth - wideMax - fromEdge);
  meaning.style.left = `${Math.min(Math.max(fromEdge, word.left), leftMax)}px`;
  meaning.style.top = `${word.bottom}px`;
}
