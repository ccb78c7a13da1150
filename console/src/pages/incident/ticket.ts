/** What a text about an incident says of each stream. */
interface TicketSession {
  readonly sequence: string;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
  readonly endedAt: string | null;
  readonly accessPoint: string | null;
}

interface TicketIncident {
  readonly cause: string;
  readonly code: number | null;
  readonly appId: string | null;
  readonly domain: string | null;
  readonly path: string | null;
  readonly startedAt: string;
  readonly lastFailedAt: string;
  readonly affected: number;
  readonly of: number | null;
  readonly back: number;
  readonly notBack: number;
}

/** Pushes that a text lists: enough for the vendor to find what they have in common, and short enough for a ticket. */
const sessionsMax = 50;

/** For the vendor's ticket: in English and UTC, with what its support asks for: account, domain, access points, sequences. */
export function vendorText(incident: TicketIncident, sessions: readonly TicketSession[]): string {
  const { cause, code, appId, domain, path, startedAt, lastFailedAt, affected, of, back, notBack } = incident;
  const points = countsOf(sessions.map(({ accessPoint }) => accessPoint ?? 'unknown'));
  const listed = sessions.slice(0, sessionsMax);
  return [
    `${cause}${code === null ? '' : ` (code ${code})`}`,
    `From ${utc(startedAt)} to ${utc(lastFailedAt)} (UTC), ${affected}${of === null ? '' : ` of ${of}`} streams failed; ${back} are back, ${notBack} are not.`,
    ...(appId === null ? [] : [`Account (appid): ${appId}`]),
    ...(domain === null ? [] : [`Push domain: ${path === null ? domain : `${domain}/${path}`}`]),
    ...(sessions.length === 0
      ? []
      : [`Access points (node): ${points.map(([point, n]) => `${point} (${n})`).join(', ')}`]),
    ...(sessions.length === 0 ? [] : ['', 'sequence, ended (UTC), node, stream']),
    ...listed.map(
      ({ sequence, endedAt, accessPoint, ...stream }) =>
        `${sequence}, ${endedAt === null ? 'unknown' : utc(endedAt)}, ${accessPoint ?? 'unknown'}, ${nameOf(stream)}`,
    ),
    ...(affected > listed.length && listed.length > 0 ? [`… ${listed.length} of ${affected}`] : []),
  ].join('\n');
}

function nameOf({ domain, path, streamId }: Pick<TicketSession, 'domain' | 'path' | 'streamId'>): string {
  return [domain, path, streamId].filter((part) => part !== null && part !== '').join('/');
}

/** Each value and how often it is there, the most frequent first. */
export function countsOf(values: readonly string[]): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1));
}

const utc = (at: string) => at.slice(0, 19).replace('T', ' ');
