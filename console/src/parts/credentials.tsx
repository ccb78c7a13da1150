import { useState } from 'react';
import { useIsOperator } from '../api/use-role.ts';
import { t } from '../translations/translate.ts';
import { withoutCredentials } from './without-credentials.ts';

/** A text that may have credentials in it, which operators are sent: they are there once they are asked for. `whole`: all of it is one. */
export function Credentials({ text, whole = false }: { readonly text: string; readonly whole?: boolean }) {
  const [isShown, show] = useState(false);
  // Of what viewers are sent, the API has hidden what it must.
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

/** Above what is shown as it was sent: whoever may read it should know what it is. Viewers are sent none. */
export function CredentialsNote() {
  return useIsOperator() === true && <p className="quiet">{t('credentials.note')}</p>;
}
