import { useAsk } from './hooks.ts';
import { ViewerRoleDocument } from './operations.generated.ts';

/** Whether whoever reads the page may change something; undefined until that is known. */
export function useIsOperator(): boolean | undefined {
  const { data } = useAsk(ViewerRoleDocument, {});
  return data && data.viewer?.role !== 'VIEWER';
}
