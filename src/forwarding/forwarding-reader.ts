import type { ReadModelReader } from '../projecting/read-model-reader.ts';

const parts: Readonly<Record<keyof ReadModelReader, true>> = {
  logId: true,
  name: true,
  buildName: true,
  version: true,
  relay: true,
  past: true,
  changes: true,
  quarantine: true,
  operatorFacts: true,
  checkpoint: true,
  poisoned: true,
  streamSessionsBySequence: true,
  streamSessionById: true,
  lastHeardAtMs: true,
  timeline: true,
  callbackByPosition: true,
  streamSessions: true,
  callbacks: true,
  relayTasks: true,
  quarantined: true,
};

/** A class, because one is made for each operation: an object literal with getters would get a hidden class each time. */
class ForwardingReader {
  constructor(readonly current: () => ReadModelReader) {}
}

for (const part of Object.keys(parts)) {
  Object.defineProperty(ForwardingReader.prototype, part, {
    get(this: ForwardingReader) {
      return Reflect.get(this.current(), part) as unknown;
    },
  });
}

/**
 * A reader that looks up the current reader at each read, so that its owner need not notice when the reader is
 * replaced.
 */
export function createForwardingReader(current: () => ReadModelReader): ReadModelReader {
  return new ForwardingReader(current) as unknown as ReadModelReader;
}
