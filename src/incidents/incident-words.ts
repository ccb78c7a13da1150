import type { Conclusion } from '../kernel/sureness.ts';
import { endCauseOf, type EndSide } from '../sessions/interruption-codes.ts';
import type { IncidentRow } from './incident-fields.ts';
import { streamsMin } from './incident-rules.ts';
import { networkKeys } from '../kernel/addresses.ts';
import { RowBudget, type Condition, type Page, type PageRequest } from '../lists/listing.ts';
import type { RelayTaskField, RelayTaskOrder } from '../relay/relay-task-fields.ts';
import type { StreamSessionField, StreamSessionOrder } from '../sessions/stream-session-fields.ts';
import { liveAtCondition } from '../sessions/stream-session-view.ts';

/** What happened, without its numbers, and what to do about it. */
interface IncidentCause {
  /** In one sentence. */
  readonly cause: string;
  readonly advice: string;
  /** What else the same failures may mean. */
  readonly otherwise: string;
}

type Caused = Pick<IncidentRow, 'kind' | 'side' | 'code' | 'sourceHost'>;
type Located = Pick<IncidentRow, 'domain' | 'path' | 'accessPoint' | 'accessPointNetwork'>;

const bySide: Readonly<Record<EndSide, IncidentCause>> = {
  NETWORK: {
    cause: 'The connections of pushers failed.',
    advice: 'Compare the access points and the networks of the pushers; ask the provider that they have in common.',
    otherwise: 'The encoders stopped sending: CSS reports that as a fault of the network too.',
  },
  PLATFORM: {
    cause: 'CSS had an internal fault.',
    advice: 'Have the streams pushed again, and give the vendor the sequences, the access points and the times.',
    otherwise: 'Several faults of CSS at the same time.',
  },
  CONFIGURATION: {
    cause: 'CSS refused pushes by a rule (such as an expired push URL).',
    advice:
      'Compare the push URLs with the key of the domain and their txTime with the clock. If they are right, look up the sub-code in the vendor’s console: it may be a rule about the account, domain, stream or address, or a quota.',
    otherwise: 'Another of these rules than the push URL: callbacks do not carry the sub-code.',
  },
  AUTH: {
    cause: 'The third-party authentication refused pushes.',
    advice: 'Check the authentication service that the domain is configured with.',
    otherwise: 'The authentication service was right: the pushers had no permission.',
  },
  CLIENT: {
    cause: 'Pushers sent what CSS could not read.',
    advice: 'Check the settings and the versions of the encoders that have changed.',
    otherwise: 'CSS has changed what it accepts.',
  },
  OPERATOR: {
    cause: 'Pushes were ended on request.',
    advice: 'Ask who ended them by API or in the console.',
    otherwise: 'Newer pushes of the streams replaced them.',
  },
  TAKEOVER: {
    cause: 'Newer pushes of the streams replaced these.',
    advice: 'Look for second encoders with the same push URLs.',
    otherwise: 'They were ended by API or in the console.',
  },
  UNKNOWN: {
    cause: 'Pushes ended together for an unknown reason.',
    advice: 'Read endMessage of the sessions, and give the vendor their sequences and times.',
    otherwise: 'They were ended on purpose, in a way that CSS has no code for.',
  },
};

/** The cause by what the failures share. */
export function causeOf(row: Caused): IncidentCause {
  const { kind, side, code, sourceHost } = row;
  if (kind === 'RELAY_RUN') {
    return {
      cause: relayCause(row, null),
      advice: 'Check whether the source can be read from elsewhere, then whether CSS takes other pushes of the target.',
      otherwise:
        sourceHost === null
          ? 'CSS, their sources or their targets failed: no vendor page explains the codes of exits.'
          : 'CSS or the target failed, not the source: no vendor page explains the codes of exits.',
    };
  }
  const ofSide = bySide[side];
  if (code === null) return ofSide;
  const { summary, advice } = endCauseOf({ endCode: code, endCodeText: null, endMessage: null }, false);
  // Of one push, the vendor's list says it better than of several.
  if (side === 'UNKNOWN' || side === 'CONFIGURATION') return ofSide;
  return {
    ...ofSide,
    cause: isOfOnePush(summary) ? ofSide.cause : summary,
    advice: side === 'NETWORK' || side === 'PLATFORM' ? ofSide.advice : advice,
  };
}

/** Whether a sentence of the vendor's list would be wrong about several pushes. */
function isOfOnePush(summary: string): boolean {
  return / the push(er)?\b/.test(summary);
}

function relayCause({ sourceHost, code }: Caused, target: string | null): string {
  const what = [
    ...(sourceHost === null ? [] : [`pull from ${sourceHost}`]),
    ...(target === null ? [] : [`push to ${target}`]),
  ].join(' and ');
  const tasks = what === '' ? 'Relay tasks' : `Relay tasks that ${what}`;
  return `${tasks} ended with ${code === null ? 'an error' : `the code ${code}`}.`;
}

/** An incident in one sentence with its numbers; `of`: how many streams of what it has in common were live, or relayed, null if unknown. */
export function summaryOf(row: IncidentRow, of: number | null): string {
  const { kind, affected, back, notBack, startedAtMs, overSinceMs } = row;
  const target = targetOf(row);
  const what = kind === 'RELAY_RUN' ? relayCause(row, target) : causeOf(row).cause;
  const where = kind === 'RELAY_RUN' || target === null ? '' : ` on ${target}`;
  const from = timeText(startedAtMs);
  const since = overSinceMs === null ? `since ${from}` : `from ${from} to ${timeText(overSinceMs)}`;
  const noun = affected === 1 ? 'stream' : 'streams';
  const streams = of === null ? `${affected} ${noun}` : `${affected} of ${of} ${noun}`;
  const verb = kind === 'ATTEMPT' ? 'could not push' : kind === 'RELAY_RUN' ? 'lost their relay' : 'ended';
  return `${what.replace(/\.$/, '')}${where}${accessPointText(row)} ${since}: ${streams} ${verb}, ${kind === 'ATTEMPT' ? laterText(affected, back, notBack) : outcomeText(affected, back, notBack)}.`;
}

function outcomeText(affected: number, back: number, notBack: number): string {
  if (notBack === 0) return affected === 1 ? 'it is back' : 'all are back';
  if (back === 0) return 'none is back';
  return `${back} ${isOrAre(back)} back, ${notBack} ${isOrAre(notBack)} not`;
}

/** Of what was refused: it was not live before. */
function laterText(affected: number, back: number, notBack: number): string {
  if (notBack === 0) return affected === 1 ? 'it has pushed since' : 'all have pushed since';
  if (back === 0) return 'none has pushed since';
  return `${back} ${back === 1 ? 'has' : 'have'} pushed since, ${notBack} ${notBack === 1 ? 'has' : 'have'} not`;
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function targetOf({ domain, path }: Located): string | null {
  return domain === null || path === null ? domain : `${domain}/${path}`;
}

function accessPointText({ accessPoint, accessPointNetwork }: Located): string {
  if (accessPoint !== null) return ` at the access point ${accessPoint}`;
  return accessPointNetwork === null ? '' : ` at access points in ${accessPointNetwork}`;
}

/** As people write it: `2026-11-25 03:28:39 UTC`. */
function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Streams from which on chance is no explanation, whatever the habit. */
const sureStreamsMin = 2 * streamsMin;

/** How sure it is that one fault explains the failures. */
export function conclusionOf(row: IncidentRow): Conclusion {
  const { affected, usual } = row;
  const expected = usual < 0.1 ? 'hardly one' : `about ${usual < 10 ? usual.toFixed(1) : usual.toFixed(0)}`;
  return {
    sureness: affected >= sureStreamsMin && affected >= 4 * usual ? 'LIKELY' : 'POSSIBLE',
    because: `${affected} streams failed together; by the habit of what they have in common, ${expected} would have meanwhile.`,
    alternative: causeOf(row).otherwise,
  };
}

/** Sessions or tasks that are counted for an incident: more than any list counts, and still a small part of a second. */
const countedMax = 50_000;

interface Lists {
  readonly streamSessions: (
    request: PageRequest<StreamSessionField, StreamSessionOrder>,
  ) => Pick<Page<unknown>, 'total'>;
  readonly relayTasks: (request: PageRequest<RelayTaskField, RelayTaskOrder>) => Pick<Page<unknown>, 'total'>;
}

/**
 * How many sessions of what an incident has in common were live when it began, or how many relay tasks ran; null if they can't be counted,
 * and for attempts.
 */
export function liveThen(row: IncidentRow, { streamSessions, relayTasks }: Lists): number | null {
  if (row.kind === 'ATTEMPT') return null;
  // What ended in the second of its beginning was live before.
  const atMs = row.startedAtMs - 1;
  const { total } =
    row.kind === 'PUSH'
      ? streamSessions(countOf({ and: [liveAtCondition(atMs, () => atMs), ...sharedBySessions(row)] }))
      : relayTasks(countOf({ and: [ranAtCondition(atMs), ...sharedByTasks(row)] }));
  // What else failed, as attempts do, was not live.
  return total?.cappedBy === null ? Math.max(total.rows, row.affected) : null;
}

function countOf<Field extends string>(condition: Condition<Field>): PageRequest<Field, 'STARTED_AT'> {
  return {
    condition,
    order: { by: 'STARTED_AT', descending: true },
    direction: 'forwards',
    from: null,
    rowsMax: 0,
    countMax: countedMax,
    budget: new RowBudget(countedMax),
    shown: new Set(),
  };
}

function shared<Field extends keyof IncidentRow>(row: IncidentRow, fields: readonly Field[]) {
  return fields.flatMap((field) => {
    const value = row[field] as string | null;
    return value === null ? [] : [{ field, operator: 'eq', value } as const];
  });
}

function sharedBySessions(row: IncidentRow): readonly Condition<StreamSessionField>[] {
  const network = row.accessPointNetwork === null ? null : networkKeys(row.accessPointNetwork);
  const ofNetwork: readonly Condition<StreamSessionField>[] =
    network === null
      ? []
      : [
          { field: 'accessPointKey', operator: 'gte', value: network.first },
          { field: 'accessPointKey', operator: 'lte', value: network.last },
        ];
  return [...shared(row, ['appId', 'domain', 'path', 'region']), ...ofNetwork];
}

/** What CSS relays from: the URLs of a source begin with one of these, and its host. */
const sourceSchemes = ['rtmp', 'rtmps', 'http', 'https', 'srt'];

function sharedByTasks(row: IncidentRow): readonly Condition<RelayTaskField>[] {
  const beginnings = sourceSchemes.flatMap((scheme) => ['/', ':'].map((end) => `${scheme}://${row.sourceHost}${end}`));
  const ofSource: readonly Condition<RelayTaskField>[] =
    row.sourceHost === null
      ? []
      : [{ or: beginnings.map((value) => ({ field: 'sourceUrl', operator: 'startsWith', value }) as const) }];
  return [...shared(row, ['appId', 'domain', 'path']), ...ofSource];
}

/** The tasks of which a run went on at this moment. */
function ranAtCondition(atMs: number): Condition<RelayTaskField> {
  const isOpen = { field: 'exitReceivedAt', operator: 'isNull', isNull: true } as const;
  const endedLater = { field: 'exitedAt', operator: 'gt', value: atMs } as const;
  const hadBegun = { field: 'startedAt', operator: 'lte', value: atMs } as const;
  return { someOf: 'runs', meets: { and: [hadBegun, { or: [isOpen, endedLater] }] } };
}
