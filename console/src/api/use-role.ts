import { useAsk } from './hooks.ts';
import { ViewerRoleDocument } from './operations.generated.ts';

/** Whether the reader receives credentials as they were sent; undefined until known. */
export function useReadsCredentials(): boolean | undefined {
  const { data } = useAsk(ViewerRoleDocument, {});
  return data && data.viewer?.role === 'ADMIN';
}

/** Whether the reader may change something; undefined until known. */
export function useIsOperator(): boolean | undefined {
  const { data } = useAsk(ViewerRoleDocument, {});
  return data && (data.viewer?.role === 'OPERATOR' || data.viewer?.role === 'ADMIN');
}

/** Which entries of the audit the reader sees; undefined until known. With a scope, none: they are about the whole. */
export function useAuditSeen(): 'ALL' | 'OWN' | 'NOTHING' | undefined {
  const { data } = useAsk(ViewerRoleDocument, {});
  if (data === undefined) return undefined;
  const { role, scope } = data.viewer ?? { role: 'VIEWER', scope: null };
  if (scope !== null || role === 'VIEWER' || role === 'ANALYST') return 'NOTHING';
  return role === 'ADMIN' ? 'ALL' : 'OWN';
}
