import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type SubmitEvent } from 'react';
import { LedgerError, unreachable } from '../../../clients/core/errors.ts';
import { leaveForIssuer, signIn, signInNeeded, useSession, type Session } from '../api/session.ts';
import { t } from '../translations/translate.ts';

/** Asks who reads, and why again if a session has ended. The address stays: a link that was shared opens afterwards. */
export function SignIn() {
  const session = useSession(true);
  return (
    <main className="sign-in">
      <div>
        <p className="quiet">{t('title')}</p>
        <h1>{t('signIn.title')}</h1>
        {session?.ended != null && <p role="status">{t(`signIn.ended.${session.ended}`)}</p>}
        {session !== undefined && <Ways {...session} />}
      </div>
    </main>
  );
}

/** By what one may sign in. */
function Ways({ signIn: { token, issuer }, message }: Session) {
  if (!token && issuer === null) return <p>{message}</p>;
  return (
    <>
      {issuer !== null && (
        <button type="button" onClick={leaveForIssuer}>
          {t('signIn.atIssuer', { issuer })}
        </button>
      )}
      {token && <TokenForm />}
    </>
  );
}

function TokenForm() {
  const [typed, setTyped] = useState('');
  const answers = useQueryClient();
  const field = useId();
  const entering = useMutation({
    mutationFn: () => signIn(typed.trim()),
    networkMode: 'always',
    onSuccess() {
      // What was refused, or answered to somebody else, is asked again.
      answers.clear();
      signInNeeded.set(false);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit}>
      <p>{t('signIn.explain')}</p>
      <label htmlFor={field}>{t('signIn.label')}</label>
      <input
        id={field}
        type="password"
        autoComplete="off"
        autoFocus
        required
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        aria-describedby={`${field}-problem`}
      />
      <p id={`${field}-problem`} role="alert" className="problem">
        {entering.error === null ? null : wordsOf(entering.error)}
      </p>
      <button type="submit">{t('signIn.title')}</button>
      <p className="quiet">{t('signIn.kept')}</p>
    </form>
  );
}

function wordsOf(error: Error): string {
  const code = error instanceof LedgerError ? error.code : unreachable;
  if (code === 'UNAUTHENTICATED') return t('signIn.wrong');
  return code === unreachable ? t('notice.unreachable') : error.message;
}
