import type { RecordedEvent } from '../../src/log/event-store.ts';
import { readLog } from './log-events.ts';
import type { RunningApp } from './running-app.ts';

/** The log's events after the one that names it: everything recorded of callbacks. */
export async function recordedArrivals({ log }: RunningApp): Promise<RecordedEvent[]> {
  return (await readLog(log)).slice(1);
}
