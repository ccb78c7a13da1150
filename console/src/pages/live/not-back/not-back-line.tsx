import { Link } from 'wouter';
import { showNumber } from '../../../format/shown.ts';
import { Shape } from '../../../parts/marks.tsx';
import { paramOfSpan } from '../../../parts/period/period.ts';
import { paths, withParams } from '../../../paths.ts';
import { t } from '../../../translations/translate.ts';
import type { Lines } from '../lines/use-lines.ts';

/**
 * How many streams a fault ended in the last hours that are not back, in a line that leads to them. Nothing without faults; that all are back
 * only where no incident goes on, such as one of refused pushes.
 */
export function NotBackLine({ count, faults, isCut, isCalm }: Lines['notBack'] & { readonly isCalm: boolean }) {
  if (count === 0) return isCalm && faults > 0 && !isCut && <p>{t('notBack.lineNone')}</p>;
  const n = showNumber(count) + (isCut ? '+' : '');
  return (
    <p className="refused-lately">
      <Shape tone="other" />{' '}
      <Link href={withParams(paths.endings, { shows: 'notBack', window: '3h' })}>
        {t('notBack.line', { n, count })}
      </Link>
    </p>
  );
}

/** How many relay tasks failed in the last hours and do not run again, in a line that leads to them. Nothing if all do. */
export function RelaysNotBackLine({ count, fromMs, toMs }: Lines['relays']) {
  if (count === 0) return null;
  return (
    <p className="refused-lately">
      <Shape tone="other" />{' '}
      <Link href={withParams(paths.tasks, { state: 'EXITED', window: paramOfSpan({ fromMs, toMs }) })}>
        {t('notBack.relays', { n: showNumber(count), count })}
      </Link>
    </p>
  );
}
