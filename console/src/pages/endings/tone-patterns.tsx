import type { SVGProps } from 'react';
import type { Tone } from '../../parts/tones.ts';

/** The fills of bars by tone: plain, hatched and dotted, so that tones differ without colour. */
export function TonePatterns({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={`${id}-other`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="fill other" width="6" height="6" />
        <rect className="gap" width="1.5" height="6" />
      </pattern>
      <pattern id={`${id}-unknown`} width="5" height="5" patternUnits="userSpaceOnUse">
        <rect className="faint" width="5" height="5" />
        <circle className="fill unknown" cx="2.5" cy="2.5" r="1.3" />
      </pattern>
    </defs>
  );
}

/** A part of a bar in the fill of its tone. `id` is that of the drawing's patterns. */
export function ToneRect({ tone, id, ...place }: { tone: Tone; id: string } & SVGProps<SVGRectElement>) {
  const fill = tone === 'client' ? {} : { fill: `url(#${id}-${tone})` };
  return <rect className={tone === 'client' ? 'fill client' : undefined} {...fill} {...place} />;
}
