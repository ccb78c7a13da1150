import { useMemo } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { LiveFiguresDocument, SilentSessionsDocument } from '../../api/operations.generated.ts';
import { useParam, useScopeFilter } from '../../api/use-param.ts';
import { useNow } from '../../parts/use-now.ts';
import { byStream } from './live-rows.ts';

/** Milliseconds: figures cover whole minutes, and are queried once in each. */
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Rows in one answer. The query contains the number. */
const rowsMax = 500;

/** Choices of the chart, in hours, each with the seconds of a step: as many steps as a narrow chart has pixels. */
export const chartHours = { 3: 60, 12: 240, 24: 480 } as const;
export type ChartHours = keyof typeof chartHours;

/** The hours of the chart, as the address says, and how to choose others. */
export function useChartHours(): readonly [ChartHours, (hours: ChartHours) => void] {
  const [param, setParam] = useParam('hours');
  const hours = param === '12' ? 12 : param === '24' ? 24 : 3;
  return [hours, (chosen) => setParam(chosen === 3 ? null : String(chosen))];
}

/** How many streams were live in the last hours, and how often each reconnected in the last one. */
export function useFigures() {
  const [hours] = useChartHours();
  const filter = useScopeFilter();
  const minute = Math.ceil(useNow() / minuteMs) * minuteMs;
  const at = (ms: number) => new Date(ms).toISOString();
  const { data, error, failed, refetch } = useAsk(
    LiveFiguresDocument,
    {
      filter,
      from: at(minute - 24 * hourMs),
      to: at(minute),
      lastHour: at(minute - hourMs),
      chartFrom: at(minute - hours * hourMs),
      stepSeconds: chartHours[hours],
    },
    { keep: true },
  );
  const rows = data?.streamSessionStatistics?.rows;
  const reconnects = useMemo(() => byStream(rows ?? []), [rows]);
  // The rows have the most reconnects: a stream that is not among them has at most as many as the last row.
  const isCut = rows === undefined || (rows.length >= rowsMax && rows.at(-1)?.reconnects !== 0);
  return {
    points: data?.chart?.points ?? [],
    day: data?.day ?? null,
    chartError: error ?? failed('chart') ?? failed('day'),
    reconnects,
    otherReconnects: isCut ? null : 0,
    reconnectsError: error ?? failed('streamSessionStatistics'),
    refetch,
  };
}

export type Figures = ReturnType<typeof useFigures>;

/** Milliseconds between two queries: silence comes with time, and changes nothing that a subscription could send. */
const refreshMs = 60_000;

/** Sessions in one answer. The query contains the number. */
const sessionsMax = 500;

/** Choices of the filter, in seconds without a callback: an hour, six, a day. */
export const silences = [3_600, 21_600, 86_400] as const;

/** The API's default: nothing may be heard of a healthy push for hours. */
const silentAfterSeconds = 86_400;

/**
 * Live sessions of which nothing was heard for a day, or as long as the address says, each with the time when something
 * last was.
 */
export function useSilent() {
  const [param, setParam] = useParam('silent');
  const wanted = /^[1-9]\d{0,7}$/.test(param ?? '') ? Number(param) : null;
  const isSilent = { eq: true, afterSeconds: wanted ?? silentAfterSeconds };
  const { data, error, refetch } = useAsk(
    SilentSessionsDocument,
    { filter: { isSilent, ...useScopeFilter() } },
    { refreshMs },
  );
  const nodes = data?.streamSessions?.nodes;
  const heardAt = useMemo(() => new Map(nodes?.map(({ id, lastHeardAt }) => [id, lastHeardAt])), [nodes]);
  const filter = wanted === null ? {} : { isSilent };
  return { heardAt, isCapped: heardAt.size >= sessionsMax, wanted, filter, setWanted: setParam, error, refetch };
}
