import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type SubmitEvent } from 'react';
import { ask } from '../../api/ask.ts';
import {
  AddNoteDocument,
  CloseSessionDocument,
  WithdrawFactDocument,
  type FactOfOperatorFragment,
} from '../../api/operations.generated.ts';
import { momentInZone } from '../../format/times.ts';
import { timeZone } from '../../format/zone.ts';
import { t } from '../../translations/translate.ts';
import { Failure } from '../notices.tsx';

/** What to state: something about a session or task, by its id, or about an earlier fact. */
export type Asked =
  | { readonly kind: 'NOTE' | 'CLOSED'; readonly id: string }
  | { readonly kind: 'WITHDRAW'; readonly fact: FactOfOperatorFragment };

/** Characters of a reason or a note that the API accepts at most. */
const textLengthMax = 2_000;

/** Explains what the statement will do, asks for its text, and records it. */
export function FactDialog({ asked, close }: { readonly asked: Asked; readonly close: () => void }) {
  const { kind } = asked;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const field = useId();
  const [text, setText] = useState('');
  const [endedAt, setEndedAt] = useState('');
  const queries = useQueryClient();
  const stating = useMutation({
    mutationFn: () => state(asked, text.trim(), endedAt),
    onSuccess: () => dialog.current?.close(),
    // Also after a failure, because the log may have it all the same.
    onSettled: () => queries.invalidateQueries(),
    networkMode: 'always',
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    stating.mutate();
  };
  const explained =
    kind === 'WITHDRAW' ? (`facts.WITHDRAW.explain-${asked.fact.kind}` as const) : (`facts.${kind}.explain` as const);
  return (
    <dialog ref={dialog} className="confirm" onClose={close} aria-labelledby={`${field}-title`}>
      <form className="dialog-form" onSubmit={submit}>
        <h2 id={`${field}-title`}>{t(`facts.${kind}.title`)}</h2>
        <p>{t(explained)}</p>
        <label htmlFor={field}>{t(`facts.${kind}.label`)}</label>
        <textarea
          id={field}
          rows={4}
          required
          maxLength={textLengthMax}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {kind === 'CLOSED' && (
          <>
            <label htmlFor={`${field}-at`}>{t('facts.CLOSED.endedAt', { zone: timeZone.get() })}</label>
            <input
              id={`${field}-at`}
              type="datetime-local"
              step={1}
              value={endedAt}
              onChange={(event) => setEndedAt(event.target.value)}
            />
          </>
        )}
        <div role="status">{stating.error !== null && <Failure error={stating.error} />}</div>
        <p className="chips">
          <button type="submit" className="primary" disabled={stating.isPending || text.trim() === ''}>
            {t(`facts.${kind}.do`)}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {t('cancel')}
          </button>
        </p>
      </form>
    </dialog>
  );
}

function state(asked: Asked, text: string, endedAt: string): Promise<unknown> {
  if (asked.kind === 'WITHDRAW') return ask(WithdrawFactDocument, { id: asked.fact.id, text });
  if (asked.kind === 'NOTE') return ask(AddNoteDocument, { id: asked.id, text });
  return ask(CloseSessionDocument, { id: asked.id, text, endedAt: momentOf(endedAt) });
}

/** The value of the browser's field for a time, such as `2026-11-21T20:10` or with seconds, by the clock of the reader. */
function momentOf(typed: string): string | null {
  const [day, clock] = typed.split('T');
  if (day === undefined || clock === undefined) return null;
  const atMs = momentInZone(day, clock.length === 5 ? `${clock}:00` : clock, timeZone.get());
  return atMs === null ? null : new Date(atMs).toISOString();
}
