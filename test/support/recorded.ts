import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { readLog } from './log-events.ts';
import type { RunningApp } from './running-app.ts';

/** Events of the log behind the one that names it: what was recorded of callbacks. */
export async function recordedArrivals({ log }: RunningApp): Promise<RecordedEvent[]> {
  return (await readLog(log)).slice(1);
}
