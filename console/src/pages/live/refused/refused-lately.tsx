import { Link } from 'wouter';
import { showNumber } from '../../../format/shown.ts';
import { Shape } from '../../../parts/marks.tsx';
import { t } from '../../../translations/translate.ts';
import { refusedPath } from '../../endings/refused/selection.ts';
import type { RefusedLately as Refused } from './use-refused-lately.ts';

/** How many attempts to push were refused in the last hour, in a line that leads to them. Nothing if none were. */
export function RefusedLately({ refused }: { readonly refused: Refused | null }) {
  if (refused === null) return null;
  const { attempts, streams, code, isOnlyCode } = refused;
  return (
    <p className="refused-lately">
      <Shape tone="other" />{' '}
      <Link href={refusedPath({ window: '1h', stream: null })}>
        {t('refused.lately', {
          pushes: t('refused.pushes', { count: attempts, n: showNumber(attempts) }),
          streams: t('refused.streams', { count: streams, n: showNumber(streams) }),
          code: t(isOnlyCode ? 'refused.code' : 'refused.mostly', { code }),
        })}
      </Link>
    </p>
  );
}
