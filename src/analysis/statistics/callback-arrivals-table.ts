import type Database from 'better-sqlite3';
import type { CallbackArrival, CallbackStatisticsQuestion } from './callback-statistics.ts';
import type { GroupValue } from './statistics.ts';
import { callbackList } from '../../callbacks/callback-list.ts';
import { columnOfDimension, readMatching } from '../matching-rows-table.ts';

/** Every callback that matches and first arrived in the window, each once. Others may be among them. */
export function* readArrivals(
  db: Database.Database,
  { condition, window, dimensions }: CallbackStatisticsQuestion,
  assertGoesOn: () => void,
): Generator<CallbackArrival> {
  const slice = {
    table: 'callbacks',
    index: 'callbacks_by_received',
    column: 'received_at',
    position: 'position',
    from: window.fromMs,
    to: window.toMs,
  };
  const columns = [
    ...['occurred_at', 'received_at', 'recorded_at', 'deliveries'],
    ...dimensions.map((dimension) => columnOfDimension(callbackList, dimension)),
  ];
  const rows = { list: callbackList, by: 'RECORDED', condition, columns, slices: [slice], assertGoesOn };
  for (const row of readMatching<ArrivalColumns>(db, rows)) {
    const [occurredAtMs, receivedAtMs, recordedAtMs, deliveries, ...group] = row;
    yield { occurredAtMs, receivedAtMs, recordedAtMs, deliveries, group };
  }
}

type ArrivalColumns = readonly [
  occurredAtMs: number | null,
  receivedAtMs: number,
  recordedAtMs: number,
  deliveries: number,
  ...group: GroupValue[],
];
