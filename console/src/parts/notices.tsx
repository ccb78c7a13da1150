import { useEffect, useState, type ReactNode } from 'react';
import { LedgerError, unreachable } from '../../../clients/core/errors.ts';
import { chooseScope, useScope } from '../api/use-param.ts';
import { t } from '../translations/translate.ts';

/** Milliseconds before the page says that it is loading: most answers come sooner. */
const loadingDelayMs = 300;

/** Shown when there is nothing else to show: why, and what to do next. */
export function Notice({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <section className="notice">
      <h2>{title}</h2>
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

/** A query's answer, or its loading or failure. */
export function Answered<Result>(props: {
  readonly answer: {
    readonly data: Result | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  readonly children: (data: Result) => ReactNode;
}) {
  const { data, error, refetch } = props.answer;
  if (data !== undefined) return props.children(data);
  return error === null ? <Loading /> : <Failure error={error} retry={refetch} />;
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
