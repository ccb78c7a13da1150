import { t } from '../translations/translate.ts';
import { Term } from './term.tsx';

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
