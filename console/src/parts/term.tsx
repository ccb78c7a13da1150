import { useId, type ReactNode, type ToggleEvent } from 'react';
import { t } from '../translations/translate.ts';

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

/** A text that explains technical terms at their first use; `words` in the order of the text. */
export function Explained({ text, words }: { readonly text: string; readonly words: readonly ('css' | 'push')[] }) {
  const [word, ...others] = words;
  if (word === undefined) return <>{text}</>;
  const found = new RegExp(t(`terms.${word}.word`), 'i').exec(text);
  if (found === null) return <Explained text={text} words={others} />;
  return (
    <>
      {text.slice(0, found.index)}
      <Term means={t(`terms.${word}.means`)}>{found[0]}</Term>
      <Explained text={text.slice(found.index + found[0].length)} words={others} />
    </>
  );
}

export type Fact = readonly [name: ReactNode, value: ReactNode] | null;

/** Facts in two columns, without those that are null. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts
        .filter((fact) => fact !== null)
        .map(([name, value], index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
