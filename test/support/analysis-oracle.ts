import { addressKey } from '../../src/kernel/addresses.ts';
import type {
  ConcurrencyAnswer,
  ConcurrencyQuestion,
  SessionFigures,
  SessionStatisticsQuestion,
} from '../../src/analysis/statistics/session-statistics.ts';
import type { GroupValue, TimeWindow } from '../../src/analysis/statistics/statistics.ts';
import type { PeriodKind } from '../../src/analysis/periods.ts';
import type { StreamSessionField } from '../../src/sessions/stream-session-fields.ts';
import { matches, type FieldValues } from './list-oracle.ts';
import type { TableSession } from './table-sessions.ts';

/** A session for statistics, by definition. Slow and plain: it examines every moment in turn. */
export interface OracleSession {
  readonly fields: FieldValues<StreamSessionField>;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** When it stopped pushing, as far as is known; null if unknown. */
  readonly stoppedAt: number | null;
  readonly durationMs: number | null;
  readonly endSide: string | null;
  readonly isReconnect: boolean;
  readonly reconnectMs: number | null;
}

/** The sessions of the table, with all that they can be filtered and grouped by. */
export function oracleSessions(all: readonly TableSession[]): OracleSession[] {
  return all.map((one): OracleSession => {
    const { appId, sequence, domain, path, streamId, node, userIp, state, startedAtSource, endCode, endSide } = one;
    const { startedAtMs: startedAt, endedAtMs: endedAt, closedAtMs: closedAt, durationMs } = one;
    const accessPoint = { accessPoint: node, accessPointKey: addressKey(node) };
    const names = { appId, sequence, domain, path, streamId, userIp, ...accessPoint };
    const keys = { userIpKey: addressKey(userIp) };
    return {
      fields: {
        ...names,
        ...keys,
        state,
        startedAt,
        startedAtSource,
        endedAt,
        closedAt,
        pushDurationMs: durationMs,
        endCode,
        endSide,
        width: null,
        height: null,
        region: null,
        idcId: null,
        relayTaskId: null,
        lastReceivedAt: one.lastReceivedAtMs,
        lastHeardAt: null,
        stoppedAt: one.stoppedAtMs,
        incident: null,
        missingIn: null,
      },
      startedAt,
      endedAt,
      stoppedAt: one.stoppedAtMs,
      durationMs,
      endSide,
      isReconnect: one.isReconnect,
      reconnectMs: one.reconnectMs,
    };
  });
}

/** The moments of a window at intervals of `apartMs`; every time in a test is one of them. */
function momentsOf({ fromMs, toMs }: TimeWindow, apartMs: number): number[] {
  return Array.from({ length: Math.max(0, (toMs - fromMs) / apartMs) }, (_, index) => fromMs + index * apartMs);
}

export function isLiveAt({ startedAt, stoppedAt }: OracleSession, atMs: number): boolean {
  return startedAt !== null && stoppedAt !== null && startedAt <= atMs && atMs < stoppedAt;
}

export interface OracleRow extends SessionFigures {
  readonly window: TimeWindow;
  readonly group: readonly GroupValue[];
}

const fieldOf = {
  APP_ID: 'appId',
  DOMAIN: 'domain',
  PATH: 'path',
  STREAM_ID: 'streamId',
  ACCESS_POINT: 'accessPoint',
  END_SIDE: 'endSide',
  END_CODE: 'endCode',
  USER_IP: 'userIp',
  REGION: 'region',
  IDC_ID: 'idcId',
  WIDTH: 'width',
  HEIGHT: 'height',
} as const;

/** The expected statistics, a row for each group. */
export function expectedStatistics(
  all: readonly OracleSession[],
  question: SessionStatisticsQuestion,
  apartMs: number,
): { readonly rows: OracleRow[]; readonly total: SessionFigures } {
  const { condition, window, dimensions, period, timeZone } = question;
  const sessions = all.filter(({ fields }) => matches(fields, condition));
  const groupOf = ({ fields }: OracleSession) => dimensions.map((one) => fields[fieldOf[one]] as GroupValue);
  const byPeriod = new Map<string, number[]>();
  for (const atMs of momentsOf(window, apartMs)) {
    const label = period === null ? '' : labelOf(period, timeZone, atMs);
    byPeriod.set(label, [...(byPeriod.get(label) ?? []), atMs]);
  }
  const isWhole = period === null && dimensions.length === 0;
  const groups = new Map(sessions.map((session) => [JSON.stringify(groupOf(session)), groupOf(session)]));
  if (isWhole) {
    groups.set('[]', []);
    byPeriod.set('', byPeriod.get('') ?? []);
  }
  const rows = [...byPeriod.values()].flatMap((moments) =>
    [...groups.values()].map((group) => ({
      window: isWhole ? window : { fromMs: moments[0] ?? NaN, toMs: (moments.at(-1) ?? NaN) + apartMs },
      group,
      ...figuresOf(
        sessions.filter((session) => JSON.stringify(groupOf(session)) === JSON.stringify(group)),
        moments,
        apartMs,
      ),
    })),
  );
  return {
    rows: rows.filter(({ began, ended, pushedMs }) => isWhole || began + ended + pushedMs > 0),
    total: figuresOf(sessions, momentsOf(window, apartMs), apartMs),
  };
}

function figuresOf(sessions: readonly OracleSession[], moments: readonly number[], apartMs: number): SessionFigures {
  const within = new Set(moments);
  const began = sessions.filter(({ startedAt }) => startedAt !== null && within.has(startedAt));
  const ended = sessions.filter(({ endedAt }) => endedAt !== null && within.has(endedAt));
  const durations = ended.flatMap(({ durationMs }) => (durationMs === null || durationMs < 0 ? [] : [durationMs]));
  const rank = (part: number, of = durations) =>
    of
      .filter((one) => of.filter((other) => other <= one).length >= part * of.length)
      .reduce<number | null>((least, one) => (least === null || one < least ? one : least), null);
  const reconnectsMs = began.flatMap(({ reconnectMs }) => reconnectMs ?? []);
  const sides = ['CLIENT', 'NETWORK', 'PLATFORM', 'CONFIGURATION', 'AUTH', 'OPERATOR', 'TAKEOVER', 'UNKNOWN'] as const;
  return {
    began: began.length,
    ended: ended.length,
    pushedMs: sum(moments.map((atMs) => sessions.filter((session) => isLiveAt(session, atMs)).length)) * apartMs,
    longestMs: durations.length === 0 ? null : Math.max(...durations),
    meanMs: durations.length === 0 ? null : sum(durations) / durations.length,
    medianMs: rank(0.5),
    p95Ms: rank(0.95),
    reconnects: began.filter(({ isReconnect }) => isReconnect).length,
    reconnectMsP50: rank(0.5, reconnectsMs),
    reconnectMsP95: rank(0.95, reconnectsMs),
    interruptions: sides.flatMap((side) => {
      const count = ended.filter(({ endSide }) => endSide === side).length;
      return count === 0 ? [] : [{ side, sessions: count }];
    }),
  };
}

interface AskedConcurrency extends Pick<ConcurrencyQuestion, 'window' | 'stepMs' | 'dimensions' | 'linesMax'> {
  readonly apartMs: number;
}

/** The expected concurrency, with a line for each group that has a live session. */
export function expectedConcurrency(sessions: readonly OracleSession[], asked: AskedConcurrency): ConcurrencyAnswer {
  const { window, dimensions = [], linesMax = 0 } = asked;
  const groupOf = ({ fields }: OracleSession) => dimensions.map((one) => fields[fieldOf[one]] as GroupValue);
  const names = dimensions.length === 0 ? [] : [...new Set(sessions.map((one) => JSON.stringify(groupOf(one))))];
  const lines = names
    .map((name) => ({
      group: JSON.parse(name) as GroupValue[],
      ...expectedLine(
        sessions.filter((one) => JSON.stringify(groupOf(one)) === name),
        asked,
      ),
    }))
    .filter(({ peak }) => peak !== null && peak.live > 0)
    .sort(
      (one, other) =>
        (other.peak?.live ?? 0) - (one.peak?.live ?? 0) ||
        (JSON.stringify(one.group) < JSON.stringify(other.group) ? -1 : 1),
    );
  return { window, ...expectedLine(sessions, asked), lines: lines.slice(0, linesMax), lineCount: lines.length };
}

function expectedLine(sessions: readonly OracleSession[], { window, stepMs, apartMs }: AskedConcurrency) {
  const counts = momentsOf(window, apartMs).map((atMs) => ({
    atMs,
    live: sessions.filter((session) => isLiveAt(session, atMs)).length,
  }));
  const most = Math.max(...counts.map(({ live }) => live));
  return {
    points: counts
      .filter(({ atMs }) => (atMs - window.fromMs) % stepMs === 0)
      .map(({ atMs }) => {
        const inStep = counts
          .filter((count) => count.atMs >= atMs && count.atMs < atMs + stepMs)
          .map(({ live }) => live);
        return { atMs, live: inStep[0] ?? NaN, least: Math.min(...inStep), most: Math.max(...inStep) };
      }),
    peak: counts.find(({ live }) => live === most) ?? null,
  };
}

const labels = new Map<string, string>();

/** Names the minute, hour, day or week that clocks in a time zone show. A repeated hour has another offset. */
export function labelOf(period: PeriodKind, timeZone: string, atMs: number): string {
  const key = `${period} ${timeZone} ${atMs}`;
  const known = labels.get(key) ?? makeLabel(period, timeZone, atMs);
  labels.set(key, known);
  return known;
}

function makeLabel(period: PeriodKind, timeZone: string, atMs: number): string {
  const date = formatOf('sv-SE', { timeZone, dateStyle: 'short' }).format(atMs);
  if (period === 'DAY') return date;
  if (period === 'WEEK') {
    const monday = new Date(`${date}T00:00:00Z`);
    monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
    return monday.toISOString();
  }
  const hour = { hour: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' } as const;
  const minute = period === 'MINUTE' ? ({ minute: '2-digit' } as const) : {};
  return `${date} ${formatOf('en-GB', { timeZone, ...hour, ...minute }).format(atMs)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}
