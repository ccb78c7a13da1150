import { useAsk } from '../../api/hooks.ts';
import {
  AlertsDocument,
  ForwardTargetsDocument,
  MissingDocument,
  OutagesDocument,
  type HealthQuery,
  type OrderDirection,
} from '../../api/operations.generated.ts';
import { usePages } from '../../api/use-pages.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { useScopeFilter } from '../../api/use-param.ts';
import { useNow } from '../../parts/use-now.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** The time range that Health covers. */
export interface Day {
  readonly from: string;
  readonly to: string;
  /** The beginning as it was when the page opened, so that the pages read so far stay. */
  readonly openedFrom: string;
}

/**
 * Milliseconds between two queries of each. Rules are evaluated each second; a missing callback is known minutes later
 * at the earliest.
 */
const [alertsMs, targetsMs, missingMs] = [5_000, 10_000, 60_000];

/** Alerts that have begun and have not ended; no query for viewers. */
export function useOpenAlerts() {
  const isOperator = useIsOperator();
  return useAsk(AlertsDocument, {}, { enabled: isOperator === true, refreshMs: alertsMs, keep: true });
}

/** Targets of callbacks and alert messages; no query for viewers. */
export function useTargets() {
  const isOperator = useIsOperator();
  return useAsk(ForwardTargetsDocument, {}, { enabled: isOperator === true, refreshMs: targetsMs });
}

/** Outages of receiving: the newest twenty. */
export function useOutages({ from, to }: Day) {
  return useAsk(OutagesDocument, { from, to }, { keep: true });
}

/** Callbacks that should have come and did not: usually the newest first. */
export function useMissing({ openedFrom }: Day, direction: OrderDirection = 'DESC') {
  const filter = useScopeFilter();
  const variables = { filter, from: openedFrom, orderBy: { field: 'EXPECTED_AT', direction } } as const;
  return usePages(MissingDocument, variables, (result) => result.missingCallbacks, missingMs);
}

/**
 * The verdict over everything on the page. The sections send the same queries, so each is sent once. Null: this process
 * projects nothing.
 */
export function useVerdict({ projections, callbacks, all }: HealthQuery, day: Day): Verdict | null {
  const nowMs = useNow();
  const alerts = useOpenAlerts().data?.alerts;
  const targets = useTargets().data;
  const outages = useOutages(day).data?.receivingOutages;
  const missing = useMissing(day);
  const [projection] = projections ?? [];
  if (projection === undefined) return null;
  const ageOf = (at: string | undefined) => (at === undefined ? null : nowMs - Date.parse(at));
  const failing = [...(targets?.forwardTargets ?? []), ...(targets?.alertTargets ?? [])].filter(
    ({ state }) => state === 'FAILING',
  );
  return verdictOf({
    projection,
    newestAgeMs: ageOf(callbacks?.nodes[0]?.receivedAt),
    outageAgeMs: ageOf(outages?.find(({ cause }) => cause !== 'STOPPED')?.to),
    openAlerts: alerts?.length ?? 0,
    failingTargets: failing.map(({ name }) => name),
    quarantined: { n: all?.totalCount ?? 0, isMore: all?.totalCountIsCapped === true },
    missing: { n: missing.rows.length, isMore: missing.more !== null },
    isComplete: Boolean(alerts && targets && outages && all) && !missing.isLoading && missing.error === null,
  });
}
