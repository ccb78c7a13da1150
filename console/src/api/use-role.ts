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
