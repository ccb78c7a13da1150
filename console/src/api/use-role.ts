import { useAsk } from './hooks.ts';
import { ViewerRoleDocument } from './operations.generated.ts';

/** Whether whoever reads the page may change something. True until that is known: the API decides in the end. */
export function useIsOperator(): boolean {
  const { data } = useAsk(ViewerRoleDocument, {});
  return data?.viewer?.role !== 'VIEWER';
}
