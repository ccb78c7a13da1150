import type { NewEvent } from '../../log/event-store.ts';
import type { PersonalParts } from '../../log/sealing/sealed-event.ts';
import { quarantineReasonOf } from '../../quarantine/quarantine.ts';
import { interpret } from '../callback.ts';
import { isOutsideReadModels } from '../event-naming.ts';
import { parseJsonObject, readObject } from '../json-object.ts';
import { personalCuts, personalSubjectOf, subjectOf, wholeText } from './personal-data.ts';

/** Streams of what operators state, and of what their mutations answered. */
const operatorStreams = 'operator-';
const answerStreams = 'operator-answers-';

/** Streams of what says who did something, and nothing of a session or a task: the audit, and discards. */
const auditStreams = /^(?:operator-audit(?:-|$)|quarantine-decisions$)/;

/** Members of their events that are personal as a whole: texts of people, and answers that may repeat them. */
const personalOfOperators = new Set(['text', 'answer']);

/** Whose the answers of mutations are: only those who send a mutation again need them, so all of a day are erased together. */
export const answersSubject = 'operator-answers';

/** What is personal in an event, and whose it is. */
export interface PersonalEvent extends PersonalParts {
  readonly subject: string;
  /** It is one session or one relay task, whose data are erased together, whatever the day. */
  readonly isOne: boolean;
}

/** Null: an event of this stream has nothing personal. */
export function readPersonal(
  streamName: string,
  { data, metadata }: Pick<NewEvent, 'data' | 'metadata'>,
): PersonalEvent | null {
  if (auditStreams.test(streamName)) {
    // By the address, so that erasing one leaves those of all others.
    const subject = `audit ${String(readObject(metadata)['remoteAddress'])}`;
    return { subject, isOne: false, data: personalCuts(data), metadata: personalCuts(metadata) };
  }
  if (streamName.startsWith(operatorStreams)) {
    const isAnswer = streamName.startsWith(answerStreams);
    // It has counts alone, and would go with what it answers.
    if (isAnswer && readObject(data)['mutation'] === 'erase') return null;
    const about = isAnswer ? null : subjectOfFact(data);
    return {
      subject: about ?? answersSubject,
      isOne: about !== null,
      data: personalCuts(data, personalOfOperators),
      metadata: personalCuts(metadata),
    };
  }
  if (isOutsideReadModels(streamName) && quarantineReasonOf(streamName) === null) return null;
  const body = parseJsonObject(data);
  const callback = body.ok ? interpret(body.object) : null;
  const subject = callback === null ? streamName : personalSubjectOf(callback);
  return {
    subject,
    isOne: /^\["(?:StreamSession|RelayTask)"/.test(subject),
    data: callback === null ? wholeText(data) : personalCuts(data),
    metadata: personalCuts(metadata),
  };
}

/** The metadata without who noted or released something: their addresses are not of those whose data it is. */
export function metadataOfSubject(streamName: string, metadata: Uint8Array): string {
  if (streamName.startsWith(operatorStreams) && !auditStreams.test(streamName)) return '';
  const { released: _byOperator, ...own } = readObject(metadata);
  return JSON.stringify(own);
}

/** The session or the task that a fact is about; null: it is no fact. */
function subjectOfFact(data: Uint8Array): string | null {
  const { type, appId, sequence, taskId } = Object(readObject(data)['subject']) as Record<string, unknown>;
  const key = sequence ?? taskId;
  if (typeof appId !== 'string' || typeof key !== 'string') return null;
  return subjectOf(type === 'RelayTask' ? type : 'StreamSession', appId, key);
}
