import { useAsk, type Answer } from '../../api/hooks.ts';
import {
  AlertsDocument,
  ForwardTargetsDocument,
  MissingDocument,
  OutagesDocument,
  ViewerRoleDocument,
  type HealthQuery,
  type OrderDirection,
} from '../../api/operations.generated.ts';
import { usePages } from '../../api/use-pages.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { useScopeFilter } from '../../api/use-param.ts';
import type { MissedPart } from '../../parts/notices.tsx';
import { useNow } from '../../parts/use-now.ts';
import { t } from '../../translations/translate.ts';
import { byIncident } from './alerts/by-incident.ts';
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
 * The verdict over everything on the page, and what of it could not be read. The sections send the same queries, so each
 * is sent once. A null verdict: this process projects nothing, or does not say.
 */
export function useVerdict(
  answer: Answer<HealthQuery>,
  day: Day,
): { verdict: Verdict | null; missed: readonly MissedPart[] } {
  const nowMs = useNow();
  const isOperator = useIsOperator();
  const role = useAsk(ViewerRoleDocument, {});
  const [openAlerts, allTargets, allOutages, missing] = [
    useOpenAlerts(),
    useTargets(),
    useOutages(day),
    useMissing(day),
  ];
  const { projections, callbacks, all } = answer.data ?? {};
  const [alerts, targets, outages] = [openAlerts.data?.alerts, allTargets.data, allOutages.data?.receivingOutages];
  const part = (what: string, { refetch }: Pick<Answer<unknown>, 'refetch'>, ...errors: unknown[]): MissedPart => ({
    what,
    error: errors.find((error) => error !== null) ?? null,
    retry: refetch,
  });
  const parts = [
    part(t('nav.health'), answer, answer.failed('projections'), answer.failed('callbacks')),
    part(t('health.quarantine'), answer, answer.failed('all')),
    part(t('alerts.title'), openAlerts, openAlerts.error, role.error),
    part(
      t('forwarding.title'),
      allTargets,
      allTargets.error,
      allTargets.failed('forwardTargets'),
      allTargets.failed('alertTargets'),
    ),
    part(t('outages.title'), allOutages, allOutages.error),
    part(t('missing.title'), missing, missing.error),
  ];
  const { alone, ofIncidents } = byIncident(alerts ?? []);
  const missed = parts.filter(({ error }) => error !== null);
  const [projection] = projections ?? [];
  if (projection === undefined) return { verdict: null, missed };
  const seesAll = isOperator === true;
  const isAwaited = ({ data, error }: Pick<Answer<unknown>, 'data' | 'error'>) => data === undefined && error === null;
  const ofOperators = isOperator === false || role.error !== null ? [] : [openAlerts, allTargets];
  const ageOf = (at: string | undefined) => (at === undefined ? null : nowMs - Date.parse(at));
  const failing = [...(targets?.forwardTargets ?? []), ...(targets?.alertTargets ?? [])].filter(
    ({ state }) => state === 'FAILING',
  );
  const verdict = verdictOf({
    projection,
    newestAgeMs: ageOf(callbacks?.nodes[0]?.receivedAt),
    outageAgeMs: ageOf(outages?.find(({ cause }) => cause !== 'STOPPED')?.to),
    openAlerts: alerts ? alone.length + ofIncidents.length : 0,
    failingTargets: failing.map(({ name }) => name),
    quarantined: { n: all?.totalCount ?? 0, isMore: all?.totalCountIsCapped === true },
    missing: { n: missing.rows.length, isMore: missing.more !== null },
    isPending: missing.isLoading || [allOutages, ...ofOperators].some(isAwaited),
    seesAll,
    unread: missed.length,
  });
  return { verdict, missed };
}
