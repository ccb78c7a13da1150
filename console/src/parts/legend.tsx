import type { ReactNode } from 'react';
import { t } from '../translations/translate.ts';
import { Shape } from './marks.tsx';
import type { EndTone } from './tones.ts';

/** What the colours of a drawing mean. Anything specific to the drawing comes first. */
export function Legend(props: { readonly tones: readonly EndTone[]; readonly children?: ReactNode }) {
  return (
    <p className="legend">
      {props.children}
      {props.tones.map((tone) => (
        <span key={tone} className="mark">
          <Shape tone={tone} />
          {t(`endings.tones.${tone}`)}
        </span>
      ))}
    </p>
  );
}
