import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from './stored-event.ts';

export type EventFilter = (event: StoredEvent) => boolean;

/** Events that pass a read request's filter, or all events if it has none. */
export function eventFilter(options: ReadReq.Options): EventFilter {
  const filter = options.getFilter();
  const onStream = filter?.getStreamIdentifier();
  const expression = onStream ?? filter?.getEventType();
  if (!expression) return () => true;
  const text = (event: StoredEvent) => (onStream ? event.streamName : event.type);
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => text(event).startsWith(prefix));
  const pattern = new RegExp(expression.getRegex());
  return (event) => pattern.test(text(event));
}
