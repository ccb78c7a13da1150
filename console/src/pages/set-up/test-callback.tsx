import { useMutation } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { SendTestCallbackDocument } from '../../api/operations.generated.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { showDuration } from '../../format/shown.ts';
import { Failure } from '../../parts/notices.tsx';
import { t } from '../../translations/translate.ts';

/** Sends a test callback on request. The callback stays in the ledger for ever, which the page says beforehand. */
export function TestCallback({ takesCallbacks }: { readonly takesCallbacks: boolean }) {
  const test = useMutation({ mutationFn: () => ask(SendTestCallbackDocument, {}), networkMode: 'always' });
  const isOperator = useIsOperator();
  const result = test.data?.sendTestCallback;
  return (
    <section className="section" aria-labelledby="test">
      <h2 id="test">{t('setUp.testTitle')}</h2>
      <p>{t('setUp.testExplain')}</p>
      <p>
        <button
          type="button"
          className="primary"
          disabled={!isOperator || !takesCallbacks || test.isPending}
          onClick={() => test.mutate()}
        >
          {t('setUp.send')}
        </button>
      </p>
      {isOperator === false && <p className="quiet">{t('notice.operatorsOnly')}</p>}
      <div role="status">
        {result?.accepted === true && <p>{t('setUp.accepted', { duration: showDuration(result.durationMs) })}</p>}
        {result?.accepted === false && <p className="problem">{result.message}</p>}
        {test.error !== null && <Failure error={test.error} />}
      </div>
    </section>
  );
}
