import type { FieldCondition } from '../../src/lists/listing.ts';
import { auditList } from '../../src/audit/audit-list.ts';
import { callbackList } from '../../src/callbacks/callback-list.ts';
import type { AccessPath, ListDefinition } from '../../src/lists/sql/list-definition.ts';
import { quarantineList } from '../../src/quarantine/quarantine-table.ts';
import { relayTaskList } from '../../src/relay/tables/relay-task-list.ts';
import { refusedPushList } from '../../src/sessions/refused/refused-push-list.ts';
import { streamSessionList } from '../../src/sessions/stream-session-list.ts';

/** The lists with their access paths. */
export const lists: readonly ListDefinition[] = [
  streamSessionList,
  relayTaskList,
  refusedPushList,
  callbackList,
  quarantineList,
  auditList,
];

/** Every access path with its name and its list. */
export const everyPath = lists.flatMap((list) =>
  list.paths.map((path): [string, ListDefinition, AccessPath] => [`${list.name} by ${nameOf(path)}`, list, path]),
);

function nameOf({ index, equal, order }: AccessPath): string {
  return index ?? (equal.length === 0 ? `the table in the order ${order ?? 'of nothing'}` : `members: ${equal.join()}`);
}

/** The conditions that a path serves. */
export function askedOf({ equal, when, candidatesFor = 'eq' }: AccessPath): FieldCondition<string>[] {
  const values = equal.map((field): FieldCondition<string> => ({
    field,
    operator: candidatesFor,
    value: valueFor(field),
  }));
  return when === undefined ? values : [...values, when.condition];
}

const numericFields = new Set([
  'endCode',
  'exitCode',
  'everExitedWith',
  'eventType',
  'sessionId',
  'taskRow',
  'occurredAt',
  'exitReceivedAt',
]);

export function valueFor(field: string): string | number {
  return numericFields.has(field) ? 1 : 'x';
}
