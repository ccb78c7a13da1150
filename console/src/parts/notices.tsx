import { useEffect, useState, type ReactNode } from 'react';
import { LedgerError, unreachable } from '../../../clients/core/errors.ts';
import type { Answer } from '../api/hooks.ts';
import { serverAheadMs } from '../api/server-clock.ts';
import { chooseScope, useScope } from '../api/use-param.ts';
import { showClock } from '../format/shown.ts';
import { t } from '../translations/translate.ts';
import { Shape } from './marks.tsx';

/** Milliseconds before the page says that it is loading: most answers come sooner. */
const loadingDelayMs = 300;

/** Shown when there is nothing else to show: why, and what to do next. */
export function Notice(props: {
  readonly title: string;
  /** Whether it is all of a view, which has no other heading. */
  readonly isView?: boolean;
  readonly children?: ReactNode;
}) {
  const { title, isView = false, children } = props;
  return (
    <section className="notice">
      {isView ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </section>
  );
}

export function Loading() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), loadingDelayMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={late ? 'skeleton' : 'skeleton-waiting'} role="status">
      <span className="only-heard">{late ? t('notice.loading') : ''}</span>
    </div>
  );
}

/** An error in words, with the id of the request for whoever reads the log of the service. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: (() => unknown) | undefined }) {
  const { code, message, requestId } =
    error instanceof LedgerError ? error : { code: 'INTERNAL', message: String(error), requestId: null };
  if (code === 'FORBIDDEN') return <Notice title={t('notice.forbiddenTitle')}>{<p>{t('notice.forbidden')}</p>}</Notice>;
  return (
    <Notice title={t('notice.errorTitle')}>
      <p>{code === unreachable ? t('notice.unreachable') : message}</p>
      {requestId !== null && <p className="quiet">{t('notice.requestId', { id: requestId })}</p>}
      {retry && (
        <button type="button" onClick={() => void retry()}>
          {t('notice.retry')}
        </button>
      )}
    </Notice>
  );
}

/** Figures that could not be loaded: which, why, and how to try again. */
export interface MissedPart {
  readonly what: string;
  readonly error: unknown;
  readonly retry: () => unknown;
}

/** In place of figures that could not be loaded. */
export function Missed({ what, error, retry }: MissedPart) {
  const code = error instanceof LedgerError ? error.code : null;
  const why = code === unreachable ? t('notice.unreachable') : error instanceof Error ? error.message : String(error);
  return (
    <p className="missed" role="status">
      <Shape tone="other" /> {t('notice.missed', { what })} <span className="quiet">{why}</span>{' '}
      <button type="button" className="plain in-text" onClick={() => void retry()}>
        {t('notice.retry')}
      </button>
    </p>
  );
}

/** In place of a field of an answer that failed; nothing if it did not. */
export function FailedPart<Result>(props: {
  readonly answer: Pick<Answer<Result>, 'failed' | 'refetch'>;
  readonly field: keyof Result & string;
  readonly what: string;
}) {
  const { answer, field, what } = props;
  const error = answer.failed(field);
  return error && <Missed what={what} error={error} retry={answer.refetch} />;
}

/** A query's answer, or its loading or failure. An earlier answer stays, and says so. */
export function Answered<Result>(props: {
  readonly answer: Pick<Answer<Result>, 'data' | 'error' | 'refetch' | 'dataUpdatedAt'>;
  readonly children: (data: Result) => ReactNode;
}) {
  const { data, error, refetch } = props.answer;
  if (data === undefined) return error === null ? <Loading /> : <Failure error={error} retry={refetch} />;
  return (
    <>
      <Outdated answer={props.answer} />
      {props.children(data)}
    </>
  );
}

/** Says that an answer is an earlier one, because it could not be read again. A lost connection is said elsewhere, once. */
function Outdated({ answer }: { readonly answer: Pick<Answer<unknown>, 'error' | 'refetch' | 'dataUpdatedAt'> }) {
  const { error, refetch, dataUpdatedAt } = answer;
  if (error === null || (error instanceof LedgerError && error.code === unreachable)) return null;
  const what = t('notice.newer', { time: showClock(dataUpdatedAt + serverAheadMs.get()) });
  return <Missed what={what} error={error} retry={refetch} />;
}

/** For an empty list: says that only an account or a domain was searched, and links to everything. */
export function OnlyScope() {
  const scope = useScope();
  if (scope === null) return null;
  return (
    <p>
      {t('scope.only', { scope })}{' '}
      <button type="button" onClick={() => chooseScope(null)}>
        {t('scope.leave')}
      </button>
    </p>
  );
}
