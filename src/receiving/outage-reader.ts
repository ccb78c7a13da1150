import { readOutage, receivingOutagesStream, type ReceivingOutage } from '../domain/receiving/receiving-outage.ts';
import { knownOutagesMax, type ReceivingOutages } from '../domain/receiving/receiving-outages.ts';
import type { EventReader } from '../event-store/event-store.ts';

/** Reads the outages of a log; keeps what it has read, counts each once, and reads only what was recorded since. */
export function createOutageReader(reader: Pick<EventReader, 'readStream'>): ReceivingOutages {
  // By event id: an append that was repeated may be in the log twice.
  let known = new Map<string, ReceivingOutage>();
  let nextRevision = 0n;
  let reading: Promise<void> = Promise.resolve();

  const readOn = async () => {
    for await (const { eventId, data, revision } of reader.readStream(receivingOutagesStream, nextRevision)) {
      const outage = readOutage(data);
      if (outage !== null) known.set(eventId, outage);
      nextRevision = revision + 1n;
    }
    if (known.size > knownOutagesMax) known = new Map([...known].slice(-knownOutagesMax));
  };

  return {
    async between(fromMs, toMs, outagesMax) {
      // One after the other: two that read at once would know all twice.
      reading = reading.catch(() => undefined).then(readOn);
      await reading;
      return [...known.values()]
        .filter((outage) => outage.fromMs <= toMs && outage.toMs >= fromMs)
        .sort((one, other) => other.fromMs - one.fromMs)
        .slice(0, outagesMax);
    },
  };
}
