import { serverText, t } from '../translations/translate.ts';
import type { Sureness } from '../api/operations.generated.ts';
import { Term } from './term.tsx';

/** A statement of the API that may be concluded; null if it is not, in lists that conclude nothing. */
export interface Concluded {
  readonly sureness: Sureness | null;
  readonly because: string | null;
  readonly alternative: string | null;
}

/** "probably" or "possibly", which opens to what was concluded from, and what else may be true. Nothing if it is certain. */
export function Sure({ of: { sureness, because, alternative } }: { readonly of: Concluded }) {
  if (sureness === null || sureness === 'CERTAIN') return null;
  const [from, or] = [serverText(because ?? ''), alternative === null ? '' : serverText(alternative)];
  const means = or === '' ? from : `${from} ${t('sureness.otherwise', { alternative: or })}`;
  return <Term means={means}>{t(`sureness.word.${sureness}`)}</Term>;
}
