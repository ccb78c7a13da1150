import { Link } from 'wouter';
import { showNumber } from '../../../format/shown.ts';
import { Shape } from '../../../parts/marks.tsx';
import { paths, withParams } from '../../../paths.ts';
import { t } from '../../../translations/translate.ts';
import type { Lines } from '../lines/use-lines.ts';

/** How many streams a fault ended in the last hours that are not back, in a line that leads to them. Nothing without faults. */
export function NotBackLine({ count, faults, isCut }: Lines['notBack']) {
  if (count === 0) return faults > 0 && !isCut && <p>{t('notBack.lineNone')}</p>;
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
