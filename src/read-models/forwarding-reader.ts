import type { ReadModelReader } from './read-model-reader.ts';

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

/** A class: an object with getters of its own has a hidden class of its own, and one is made for each operation. */
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

/** A reader that asks at each read which other one is to do it, so that whoever has it need not notice a change. */
export function createForwardingReader(current: () => ReadModelReader): ReadModelReader {
  return new ForwardingReader(current) as unknown as ReadModelReader;
}
