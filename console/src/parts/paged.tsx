import type { ReactNode } from 'react';
import { ApiError } from '../api/api-error.ts';
import type { Order } from '../api/use-order.ts';
import type { Pages } from '../api/use-pages.ts';
import { t } from '../translations/translate.ts';
import { More } from './more.tsx';
import { Failure, Loading, Notice } from './notices.tsx';

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
  const isRefused = error instanceof ApiError && error.code === 'OPERATION_TOO_COSTLY' && order?.isUsual === false;
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
