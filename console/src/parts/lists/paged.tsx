import type { ComponentProps, ReactNode } from 'react';
import { LedgerError } from '../../../../clients/core/errors.ts';
import type { Pages } from '../../api/use-pages.ts';
import type { Order } from '../../api/use-param.ts';
import { t } from '../../translations/translate.ts';
import { AsCsv } from './as-csv.tsx';
import { Failure, Loading, Notice } from '../notices.tsx';

/** A button that reads the next page; nothing if there is none. */
export function More({ more, isLoading }: { readonly more: (() => void) | null; readonly isLoading: boolean }) {
  return (
    more && (
      <button type="button" onClick={more} disabled={isLoading} aria-busy={isLoading}>
        {t('more')}
      </button>
    )
  );
}

/** The part of a list read so far, or its loading or failure, and a button for more. */
export function Paged(props: {
  readonly pages: Pages<unknown>;
  readonly order?: Pick<Order<string>, 'isUsual' | 'reset'>;
  /** Shown if the list is empty. */
  readonly none: ReactNode;
  readonly children: ReactNode;
}) {
  const { pages, order, none, children } = props;
  const { rows, isLoading, error, refetch, more, isLoadingMore } = pages;
  const isRefused = error instanceof LedgerError && error.code === 'OPERATION_TOO_COSTLY' && order?.isUsual === false;
  return (
    <>
      {isLoading && <Loading />}
      {isRefused && (
        <Notice title={t('order.refused')}>
          <p>{t('order.refusedAdvice')}</p>
          <button type="button" onClick={order.reset}>
            {t('order.usual')}
          </button>
        </Notice>
      )}
      {error !== null && !isRefused && <Failure error={error} retry={refetch} />}
      {!isLoading && error === null && rows.length === 0 && none}
      {rows.length > 0 && children}
      <More more={more} isLoading={isLoadingMore} />
    </>
  );
}

/** The heading of a list, with a way to save the whole list. */
export function ListHead({
  title,
  id,
  ...saved
}: ComponentProps<typeof AsCsv> & { readonly title: string; readonly id?: string }) {
  return (
    <div className="list-head">
      <h2 id={id}>{title}</h2>
      <AsCsv {...saved} />
    </div>
  );
}
