import { LedgerError } from '../../../../clients/core/errors.ts';
import { ask } from '../../api/ask.ts';
import type { LiveSource } from '../../../../clients/core/live-list.ts';
import {
  CallbackArrivedDocument,
  NewestArrivalsDocument,
  type ArrivedCallbackFragment,
} from '../../api/operations.generated.ts';
import { subscribeAfter } from '../../api/connection.ts';

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
export const isTest = ({ callbackEvent }: ArrivedCallbackFragment): boolean => callbackEvent === 'LiveLedgerTest';
