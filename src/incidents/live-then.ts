import { networkKeys } from '../kernel/addresses.ts';
import { RowBudget, type Condition, type Page, type PageRequest } from '../lists/listing.ts';
import type { RelayTaskField, RelayTaskOrder } from '../relay/relay-task-fields.ts';
import type { StreamSessionField, StreamSessionOrder } from '../sessions/stream-session-fields.ts';
import { liveAtCondition } from '../sessions/stream-session-view.ts';
import type { IncidentRow } from './incident-rows.ts';

/** Sessions or tasks that are counted for an incident: more than any list counts, and still a small part of a second. */
const countedMax = 50_000;

interface Lists {
  readonly streamSessions: (
    request: PageRequest<StreamSessionField, StreamSessionOrder>,
  ) => Pick<Page<unknown>, 'total'>;
  readonly relayTasks: (request: PageRequest<RelayTaskField, RelayTaskOrder>) => Pick<Page<unknown>, 'total'>;
}

/**
 * How many sessions of what an incident has in common were live when it began, or how many relay tasks ran; null if they can't be counted,
 * and for attempts.
 */
export function liveThen(row: IncidentRow, { streamSessions, relayTasks }: Lists): number | null {
  if (row.kind === 'ATTEMPT') return null;
  // What ended in the second of its beginning was live before.
  const atMs = row.startedAtMs - 1;
  const { total } =
    row.kind === 'PUSH'
      ? streamSessions(countOf({ and: [liveAtCondition(atMs, () => atMs), ...sharedBySessions(row)] }))
      : relayTasks(countOf({ and: [ranAtCondition(atMs), ...sharedByTasks(row)] }));
  // What else failed, as attempts do, was not live.
  return total?.cappedBy === null ? Math.max(total.rows, row.affected) : null;
}

function countOf<Field extends string>(condition: Condition<Field>): PageRequest<Field, 'STARTED_AT'> {
  return {
    condition,
    order: { by: 'STARTED_AT', descending: true },
    direction: 'forwards',
    from: null,
    rowsMax: 0,
    countMax: countedMax,
    budget: new RowBudget(countedMax),
    shown: new Set(),
  };
}

function shared<Field extends keyof IncidentRow>(row: IncidentRow, fields: readonly Field[]) {
  return fields.flatMap((field) => {
    const value = row[field] as string | null;
    return value === null ? [] : [{ field, operator: 'eq', value } as const];
  });
}

function sharedBySessions(row: IncidentRow): readonly Condition<StreamSessionField>[] {
  const network = row.accessPointNetwork === null ? null : networkKeys(row.accessPointNetwork);
  const ofNetwork: readonly Condition<StreamSessionField>[] =
    network === null
      ? []
      : [
          { field: 'accessPointKey', operator: 'gte', value: network.first },
          { field: 'accessPointKey', operator: 'lte', value: network.last },
        ];
  return [...shared(row, ['appId', 'domain', 'path', 'region']), ...ofNetwork];
}

/** What CSS relays from: the URLs of a source begin with one of these, and its host. */
const sourceSchemes = ['rtmp', 'rtmps', 'http', 'https', 'srt'];

function sharedByTasks(row: IncidentRow): readonly Condition<RelayTaskField>[] {
  const beginnings = sourceSchemes.flatMap((scheme) => ['/', ':'].map((end) => `${scheme}://${row.sourceHost}${end}`));
  const ofSource: readonly Condition<RelayTaskField>[] =
    row.sourceHost === null
      ? []
      : [{ or: beginnings.map((value) => ({ field: 'sourceUrl', operator: 'startsWith', value }) as const) }];
  return [...shared(row, ['appId', 'domain', 'path']), ...ofSource];
}

/** The tasks of which a run went on at this moment. */
function ranAtCondition(atMs: number): Condition<RelayTaskField> {
  const isOpen = { field: 'exitReceivedAt', operator: 'isNull', isNull: true } as const;
  const endedLater = { field: 'exitedAt', operator: 'gt', value: atMs } as const;
  const hadBegun = { field: 'startedAt', operator: 'lte', value: atMs } as const;
  return { someOf: 'runs', meets: { and: [hadBegun, { or: [isOpen, endedLater] }] } };
}
