import { Link } from 'wouter';
import { showNumber } from '../../../format/shown.ts';
import { Shape } from '../../../parts/marks.tsx';
import { paths, withParams } from '../../../paths.ts';
import { t } from '../../../translations/translate.ts';

/** How many streams a fault ended in the last hours that are not back, in a line that leads to them. Nothing if none. */
export function NotBackLine({ count, isCut }: { readonly count: number; readonly isCut: boolean }) {
  if (count === 0) return null;
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
