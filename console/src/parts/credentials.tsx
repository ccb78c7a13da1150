import { useState } from 'react';
import { useReadsCredentials } from '../api/use-role.ts';
import { t } from '../translations/translate.ts';
import { withoutCredentials } from './without-credentials.ts';

/**
 * A text that may contain credentials, which only admins receive; the page shows them on request. `whole`: the text
 * is one credential.
 */
export function Credentials({ text, whole = false }: { readonly text: string; readonly whole?: boolean }) {
  const [isShown, show] = useState(false);
  // In what others receive, the API has already hidden credentials.
  const isHidden = useReadsCredentials() !== false && !isShown;
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

/** A note above what is shown as sent, so that admins know that it may contain credentials. Others get none. */
export function CredentialsNote() {
  return useReadsCredentials() === true && <p className="quiet">{t('credentials.note')}</p>;
}
