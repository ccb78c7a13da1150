import type { ReadModelReader } from './read-model-reader.ts';

/** A reader that asks at each read which other one is to do it, so that whoever has it need not notice a change. */
export class ForwardingReader implements ReadModelReader {
  constructor(private readonly current: () => ReadModelReader) {}

  get logId() {
    return this.current().logId;
  }

  get name() {
    return this.current().name;
  }

  get buildName() {
    return this.current().buildName;
  }

  get version() {
    return this.current().version;
  }

  get relay() {
    return this.current().relay;
  }

  get past() {
    return this.current().past;
  }

  get changes() {
    return this.current().changes;
  }

  get quarantine() {
    return this.current().quarantine;
  }

  get operatorFacts() {
    return this.current().operatorFacts;
  }

  checkpoint() {
    return this.current().checkpoint();
  }

  poisoned(rowsMax: number) {
    return this.current().poisoned(rowsMax);
  }

  streamSessionsBySequence(sequence: string, appId: string | null, rowsMax: number) {
    return this.current().streamSessionsBySequence(sequence, appId, rowsMax);
  }

  streamSessionById(id: number) {
    return this.current().streamSessionById(id);
  }

  lastHeardAtMs(sessionRow: number) {
    return this.current().lastHeardAtMs(sessionRow);
  }

  timeline(sessionRow: number, fromMs: number | null, entriesMax: number) {
    return this.current().timeline(sessionRow, fromMs, entriesMax);
  }

  callbackByPosition(position: bigint) {
    return this.current().callbackByPosition(position);
  }

  streamSessions(request: RequestOf<'streamSessions'>) {
    return this.current().streamSessions(request);
  }

  callbacks(request: RequestOf<'callbacks'>) {
    return this.current().callbacks(request);
  }

  relayTasks(request: RequestOf<'relayTasks'>) {
    return this.current().relayTasks(request);
  }

  quarantined(request: RequestOf<'quarantined'>) {
    return this.current().quarantined(request);
  }
}

type ListName = 'streamSessions' | 'callbacks' | 'relayTasks' | 'quarantined';
type RequestOf<List extends ListName> = Parameters<ReadModelReader[List]>[0];
