import { useState } from 'react';
import { useIsOperator } from '../api/use-role.ts';
import { t } from '../translations/translate.ts';
import { withoutCredentials } from './without-credentials.ts';

/**
 * A text that may contain credentials, which only operators receive; the page shows them on request. `whole`: the text
 * is one credential.
 */
export function Credentials({ text, whole = false }: { readonly text: string; readonly whole?: boolean }) {
  const [isShown, show] = useState(false);
  // In what viewers receive, the API has already hidden credentials.
  const isHidden = useIsOperator() !== false && !isShown;
  const rest = whole ? '…' : withoutCredentials(text);
  if (!isHidden || rest === text) return <>{text}</>;
  return (
    <>
      {rest}{' '}
      <button type="button" className="plain in-text" title={t('credentials.note')} onClick={() => show(true)}>
        {t('credentials.show')}
      </button>
    </>
  );
}

/** A note above what is shown as sent, so that operators know that it may contain credentials. Viewers get none. */
export function CredentialsNote() {
  return useIsOperator() === true && <p className="quiet">{t('credentials.note')}</p>;
}
