import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { showNumber } from '../../format/shown.ts';
import { Failure } from '../../parts/notices.tsx';
import { t } from '../../translations/translate.ts';
import { decide, reasonLengthMax, type Chosen, type Decision } from './decide.ts';

export interface Asked {
  readonly decision: Decision;
  readonly chosen: Chosen;
  readonly count: number;
  /** Whether there may be more than were counted. */
  readonly isCapped: boolean;
}

/** Before a decision: says what it will do, and to how many callbacks, and takes a reason for the audit. Afterwards: says what it did. */
export function Confirm({ asked, close }: { readonly asked: Asked; readonly close: () => void }) {
  const { decision, chosen, count, isCapped } = asked;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const field = useId();
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const deciding = useMutation({
    mutationFn: () => decide(decision, chosen, reason.trim() || null),
    onSettled: () => queries.invalidateQueries(),
    networkMode: 'always',
  });
  const n = showNumber(count) + (isCapped ? '+' : '');
  const result = deciding.data;
  const isOpen = result === undefined && deciding.error === null;
  return (
    <dialog ref={dialog} className="confirm" onClose={close} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{t(`health.${decision}.title`, { n, count })}</h2>
      {result === undefined && <p>{t(`health.${decision}.explain`)}</p>}
      {isOpen && (
        <div className="dialog-form">
          <label htmlFor={field}>{t('health.reasonLabel')}</label>
          <textarea
            id={field}
            rows={2}
            maxLength={reasonLengthMax}
            disabled={deciding.isPending}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </div>
      )}
      <div role="status">
        {result && <p>{t(`health.${decision}.done`, { n: showNumber(result.done) })}</p>}
        {result && result.failed > 0 && (
          <p className="problem">
            {t('health.failed', { n: showNumber(result.failed) })} {result.because}
          </p>
        )}
        {deciding.error !== null && <Failure error={deciding.error} />}
      </div>
      <p className="chips">
        {isOpen && (
          <button type="button" className="primary" disabled={deciding.isPending} onClick={() => deciding.mutate()}>
            {t(`health.${decision}.do`, { n })}
          </button>
        )}
        <button type="button" onClick={() => dialog.current?.close()}>
          {t(isOpen ? 'cancel' : 'close')}
        </button>
      </p>
    </dialog>
  );
}
