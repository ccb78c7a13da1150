import { ID } from 'type-graphql';
import { conclusionFields } from '../api/conclusion-type.ts';
import { enumType, objectType } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import type { Conclusion } from '../kernel/sureness.ts';
import { connectionOf, Node, readerOf, shownFields } from '../lists/connection-type.ts';
import { filterOf } from '../lists/filters-type.ts';
import { EndSideEnum, PushRegionEnum } from '../sessions/stream-session-type.ts';
import type { FailureKind } from './failures/failure.ts';
import { incidentFields } from './incident-fields.ts';
import type { IncidentState } from './incident-progress.ts';
import { writeIncidentId, type IncidentRow } from './incident-rows.ts';
import { causeOf, conclusionOf } from './incident-words.ts';

const IncidentStateEnum = enumType<IncidentState>('IncidentState', 'Whether an incident is over.', {
  ONGOING: 'Nothing has come back since its newest failure.',
  RECOVERING: 'Streams are back, and none has failed since the last one came back.',
  OVER: 'All streams that failed are back, or are not waited for any more: the record goes on for a day after the last failure.',
});

const FailureKindEnum = enumType<FailureKind>('FailureKind', 'What failed.', {
  PUSH: 'Pushes that were running: their interruptions say that a fault ended them.',
  ATTEMPT: 'Attempts to push, which CSS refused.',
  RELAY_RUN: 'Runs of relay tasks: they exited with a code other than 0.',
});

const enums = {
  IncidentState: IncidentStateEnum,
  FailureKind: FailureKindEnum,
  EndSide: EndSideEnum,
  PushRegion: PushRegionEnum,
};

/** The input by which the list selects incidents. */
export const IncidentFilter = filterOf('IncidentFilter', 'incidents', incidentFields, { enums });

export const Incident = objectType(
  'Incident',
  'Streams that failed together, more of them than is usual for what they have in common, and what became of them. It follows from recorded callbacks alone: a late callback may change it, or show that there was none.',
  {
    id: [ID, 'Opaque id of this node. It is another one if a late callback shows that it began at another hour.'],
    incidentId: [ID, 'Its short id, as `incident` takes it.'],
    ...shownFields(incidentFields, enums),
    cause: [String, 'What happened, in one sentence without numbers.'],
    advice: [String, 'What an operator can do about it.'],
    ...conclusionFields,
  },
  { implements: Node },
);
export type Incident = InstanceType<typeof Incident> & {
  /** For the resolvers. */
  row: IncidentRow;
};

/** A page of incidents, by Relay's specification. */
export const IncidentConnection = connectionOf(Incident, 'Incident', 'incidents');

/** A row of the read model as an object of the schema. */
export function toIncident(row: IncidentRow): Incident {
  return new IncidentNode(row);
}

/** Makes each field when it is selected: a page has up to 500 of them. */
class IncidentNode extends readerOf<IncidentRow, typeof incidentFields>(incidentFields) implements Incident {
  declare readonly row: IncidentRow;
  private concluded: Conclusion | null = null;

  get incidentId(): string {
    return writeIncidentId(this.row.number);
  }

  get id(): string {
    return writeNodeId({ type: 'Incident', incidentId: this.incidentId });
  }

  get cause(): string {
    return causeOf(this.row).cause;
  }

  get advice(): string {
    return causeOf(this.row).advice;
  }

  get sureness() {
    return this.conclusion.sureness;
  }

  get because() {
    return this.conclusion.because;
  }

  get alternative() {
    return this.conclusion.alternative;
  }

  private get conclusion(): Conclusion {
    return (this.concluded ??= conclusionOf(this.row));
  }
}
