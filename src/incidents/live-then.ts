import { networkKeys } from '../kernel/addresses.ts';
import { RowBudget, type Condition, type Page, type PageRequest } from '../lists/listing.ts';
import type { StreamSessionField, StreamSessionOrder } from '../sessions/stream-session-fields.ts';
import { liveAtCondition } from '../sessions/stream-session-view.ts';
import type { IncidentRow } from './incident-rows.ts';

/** Sessions that are counted for an incident: more than any list counts, and still a small part of a second. */
const liveCountedMax = 50_000;

type SessionRequest = PageRequest<StreamSessionField, StreamSessionOrder>;

/** How many sessions of what an incident has in common were live when it began; null if they can't be counted. */
export function liveThen(
  row: IncidentRow,
  { streamSessions }: { readonly streamSessions: (request: SessionRequest) => Pick<Page<unknown>, 'total'> },
): number | null {
  if (row.kind !== 'PUSH') return null;
  const { total } = streamSessions(requestOf(row));
  // What else failed, as attempts do, was not live.
  return total?.cappedBy === null ? Math.max(total.rows, row.affected) : null;
}

function requestOf(row: IncidentRow): SessionRequest {
  // Those that ended in the second of its beginning were live before.
  const atMs = row.startedAtMs - 1;
  const shared = (['appId', 'domain', 'path', 'region'] as const).flatMap((field) => {
    const value = row[field];
    return value === null ? [] : [{ field, operator: 'eq', value } as const];
  });
  const network = row.accessPointNetwork === null ? null : networkKeys(row.accessPointNetwork);
  const ofNetwork: readonly Condition<StreamSessionField>[] =
    network === null
      ? []
      : [
          { field: 'accessPointKey', operator: 'gte', value: network.first },
          { field: 'accessPointKey', operator: 'lte', value: network.last },
        ];
  return {
    condition: { and: [liveAtCondition(atMs, () => atMs), ...shared, ...ofNetwork] },
    order: { by: 'STARTED_AT', descending: true },
    ...{ direction: 'forwards', from: null, rowsMax: 0, countMax: liveCountedMax },
    budget: new RowBudget(liveCountedMax),
    shown: new Set(),
  };
}
