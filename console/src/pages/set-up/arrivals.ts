import { LedgerError } from '../../../../clients/core/errors.ts';
import { ask } from '../../api/ask.ts';
import type { LiveSource } from '../../../../clients/core/live-list.ts';
import {
  CallbackArrivedDocument,
  NewestArrivalsDocument,
  type ArrivedCallbackFragment,
} from '../../api/operations.generated.ts';
import { subscribeAfter } from '../../api/connection.ts';
import { t } from '../../translations/translate.ts';

/** The newest callbacks, and every further one as it arrives. */
export const arrivals: LiveSource<ArrivedCallbackFragment> = {
  async readPage() {
    const { callbacks } = await ask(NewestArrivalsDocument, {});
    if (callbacks === null) throw new LedgerError('INTERNAL', 'The answer has no list.');
    return { rows: callbacks.nodes, liveFrom: callbacks.liveFrom, next: null };
  },
  subscribe: subscribeAfter(CallbackArrivedDocument, {}, ({ callbackRecorded: { cursor, ...row } }) => ({
    cursor,
    matches: true,
    row,
  })),
};

/** Test callbacks, which this page sends. */
export const isTest = ({ callbackEvent }: Pick<ArrivedCallbackFragment, 'callbackEvent'>): boolean =>
  callbackEvent === 'LiveLedgerTest';

/** What a callback says that it is. */
export function nameOf(callback: Pick<ArrivedCallbackFragment, 'callbackEvent' | 'eventType'>): string {
  const { callbackEvent, eventType } = callback;
  if (isTest(callback)) return t('setUp.testCallback');
  if (callbackEvent !== null) return callbackEvent;
  if (eventType === 1) return t('setUp.push');
  if (eventType === 0) return t('setUp.interruption');
  return t('setUp.otherType', { type: eventType ?? t('unknown') });
}
