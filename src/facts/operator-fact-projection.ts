import { readFact, closedAtMsOf } from './operator-fact-events.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import { changesAt, UnreadableEvent } from '../projecting/arrived-callback.ts';
import { closeSession } from '../sessions/stream-session-projection.ts';

/**
 * Projects an operator's statement: its session or task changes. If that does not exist yet, it gets the fact once it does.
 * @throws UnreadableEvent - data or metadata that is not ours
 */
export function projectOperatorFact(rows: ReadModelWriter, event: RecordedEvent): void {
  const fact = readFact(event);
  if (fact === null) return;
  if (fact === 'UNREADABLE') throw new UnreadableEvent('data');
  const { position, eventId } = event;
  if (!rows.operatorFacts.insert({ ...fact, position, eventId })) return;
  const { type, appId, key } = fact.subject;
  const nextChange = changesAt(position);
  if (type === 'StreamSession') {
    const session = rows.sessions.find(appId, key);
    if (session !== null) closeSession(rows, session, closedAtMsOf(rows.operatorFacts.of(fact.subject)), nextChange);
    return;
  }
  const task = rows.relay.findTask(appId, key);
  if (task !== null) rows.relay.putTask({ ...task, changed: nextChange() });
}
