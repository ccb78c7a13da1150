import type { Condition, StreamSessionField } from './listing.ts';

/** What a session meets that is live, and of which nothing was heard since a moment. The quick comparisons spare most the last one. */
export function silentSince(sinceMs: number): Condition<StreamSessionField> {
  return {
    and: [
      { field: 'state', operator: 'eq', value: 'LIVE' },
      { field: 'lastReceivedAt', operator: 'lt', value: sinceMs },
      { field: 'lastHeardAt', operator: 'lt', value: sinceMs },
    ],
  };
}
