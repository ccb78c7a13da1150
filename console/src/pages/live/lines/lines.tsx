import { Missed, type MissedPart } from '../../../parts/notices.tsx';
import { EndedLately } from '../ended-lately.tsx';
import { NotBackLine, RelaysNotBackLine } from '../not-back/not-back-line.tsx';
import { RefusedLately } from '../refused/refused-lately.tsx';
import type { Lines } from './use-lines.ts';

/** What has happened lately, between the headline and the list. `hold` is called when the pointer comes and goes. */
export function LiveLines(props: {
  readonly lines: Lines;
  readonly missed: readonly MissedPart[];
  /** Whether all live streams are known: otherwise some of them seem not to be back. */
  readonly isWhole: boolean;
  /** Whether it is known that no incident goes on. */
  readonly isCalm: boolean;
  readonly hold: (isHeld: boolean) => void;
}) {
  const { lines, missed, isWhole, isCalm, hold } = props;
  return (
    <div>
      {missed.map((part) => (
        <Missed key={part.what} {...part} />
      ))}
      {isWhole && <NotBackLine {...lines.notBack} isCalm={isCalm} />}
      <RelaysNotBackLine {...lines.relays} />
      <EndedLately ended={lines.ended} hold={hold} />
      <RefusedLately refused={lines.refused} />
    </div>
  );
}
