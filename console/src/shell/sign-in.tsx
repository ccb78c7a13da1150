import { useId, useState, type SubmitEvent } from 'react';
import { LedgerError } from '../../../clients/core/errors.ts';
import { ask } from '../api/ask.ts';
import { ShellProjectionsDocument } from '../api/operations.generated.ts';
import { token } from '../api/token.ts';
import { t } from '../translations/translate.ts';

/** Asks for a token, and keeps it once the API accepts it. */
export function SignIn() {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const field = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    token.set(typed.trim());
    ask(ShellProjectionsDocument, {}).catch((error: unknown) => {
      const wrong = error instanceof LedgerError && error.code === 'UNAUTHENTICATED';
      if (wrong) token.set(null);
      setProblem(wrong ? t('signIn.wrong') : t('notice.unreachable'));
    });
  };
  return (
    <main className="sign-in">
      <form onSubmit={submit}>
        <p className="quiet">{t('title')}</p>
        <h1>{t('signIn.title')}</h1>
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
          {problem}
        </p>
        <button type="submit">{t('signIn.title')}</button>
        <p className="quiet">{t('signIn.memory')}</p>
      </form>
    </main>
  );
}
