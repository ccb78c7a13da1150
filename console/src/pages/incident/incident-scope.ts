import type { IncidentFilter } from '../../api/operations.generated.ts';
import { scopeFilterOf } from '../../scope.ts';

/** The incidents of an account or a domain, and those that are not of one alone. */
export function ofScope(scope: string | null): IncidentFilter {
  const { appId, domain } = scopeFilterOf(scope);
  if (appId !== undefined) return { or: [{ appId }, { appId: { isNull: true } }] };
  if (domain !== undefined) return { or: [{ domain }, { domain: { isNull: true } }] };
  return {};
}
