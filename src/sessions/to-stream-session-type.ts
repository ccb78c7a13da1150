import { endCauseOf } from './interruption-codes.ts';
import { sessionViewOf, type StreamSessionView } from './stream-session-view.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { KeptTexts, ListedStreamSession } from '../projecting/rows.ts';
import { writeNodeId } from '../api/node-id.ts';
import type { EndCause, StreamSession } from './stream-session-type.ts';

/**
 * A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. `past`: the read
 * model of a past moment that the row is in; everything that belongs to the row is read from there.
 */
export function toStreamSession(row: ListedStreamSession, past?: ReadModelReader): StreamSession {
  return new SessionNode(row, past);
}

/** Makes each field when it is selected: a page has up to 500 sessions. */
class SessionNode implements StreamSession {
  readonly past: ReadModelReader | undefined;
  private readonly row: ListedStreamSession;
  private derived: StreamSessionView | null = null;

  constructor(row: ListedStreamSession, past: ReadModelReader | undefined) {
    this.row = row;
    this.past = past;
  }

  /** For fields without a column. */
  private get view(): StreamSessionView {
    return (this.derived ??= sessionViewOf(this.row.session));
  }

  /** For `execution/`: the texts of fields that only show properties. */
  get keptTexts(): KeptTexts | null {
    return this.row.keptTexts;
  }

  get rowId(): number {
    return this.row.id;
  }

  get id(): string {
    return writeNodeId({ type: 'StreamSession', appId: this.appId, sequence: this.sequence });
  }

  get appId(): string {
    return this.row.appId;
  }

  get sequence(): string {
    return this.row.sequence;
  }

  get domain(): string | null {
    return this.row.domain;
  }

  get path(): string | null {
    return this.row.path;
  }

  get streamId(): string | null {
    return this.row.streamId;
  }

  get channelId(): string | null {
    return this.view.channelId;
  }

  get state(): StreamSession['state'] {
    return this.row.state;
  }

  get startedAtMs(): number | null {
    return this.row.startedAtMs;
  }

  get startedAtSource(): StreamSession['startedAtSource'] {
    return this.row.startedAtSource;
  }

  get endedAtMs(): number | null {
    return this.row.endedAtMs;
  }

  get pushDurationMs(): number | null {
    return this.row.pushDurationMs;
  }

  get endCode(): number | null {
    return this.row.endCode;
  }

  get endMessage(): string | null {
    return this.view.endMessage;
  }

  get endCause(): EndCause | null {
    return this.state === 'ENDED' ? endCauseOf(this.endCode, this.row.endSide === 'TAKEOVER') : null;
  }

  get node(): string | null {
    return this.row.node;
  }

  get userIp(): string | null {
    return this.row.userIp;
  }

  get streamParam(): string | null {
    return this.view.streamParam;
  }

  get firstReceivedAtMs(): number {
    return this.row.session.firstReceivedAtMs;
  }

  get lastReceivedAtMs(): number {
    return this.row.session.lastReceivedAtMs;
  }

  get deliveries(): number {
    return this.row.session.deliveries;
  }
}
