import { useState } from 'react';
import { LedgerError } from '../../../../clients/core/errors.ts';
import { useAsk } from '../../api/hooks.ts';
import { TaskPlaysDocument } from '../../api/operations.generated.ts';

/** Callbacks whose bodies are queried. If they are too large for one answer, as many as the page shows anyway. */
const [callbacksMax, callbacksMaxIfLarge] = [400, 50];

/** The callbacks of a task from which its plays are derived. */
export function usePlays(task: { readonly taskId: string; readonly appId: string | null }) {
  const [largeTask, setLargeTask] = useState<string | null>(null);
  const key = JSON.stringify(task);
  const first = largeTask === key ? callbacksMaxIfLarge : callbacksMax;
  const plays = useAsk(TaskPlaysDocument, { ...task, first });
  const isTooMuch = plays.error instanceof LedgerError && plays.error.code === 'OPERATION_TOO_COSTLY';
  if (isTooMuch && first === callbacksMax) setLargeTask(key);
  return plays;
}
