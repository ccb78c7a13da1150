import { endCauseOf, refusingCodes } from '../sessions/interruption-codes.ts';
import { callbackTypeOf, interpret, type Callback } from './callback.ts';
import type { JsonObject } from './json-object.ts';
import type { InterruptionCallback } from './types/push.ts';
import type { RelayCallback } from './types/relay.ts';

/**
 * What a callback reports, in one or two sentences of its own values alone, without names and addresses; what CSS says in words may have
 * URLs. Never throws.
 */
export function sentenceOf(body: JsonObject): string {
  const callback = interpret(body);
  return callbackTypeOf(callback.eventType).sentenceOf?.(body) ?? sentenceOfFolded(callback);
}

function sentenceOfFolded(callback: Callback): string {
  switch (callback.kind) {
    case 'PUSH':
      return 'The push began.';
    case 'INTERRUPTION':
      return sentenceOfInterruption(callback);
    case 'RELAY':
      return sentenceOfRelay(callback);
    case 'OTHER':
      return 'A callback of a type that Live Ledger does not know.';
  }
}

function sentenceOfInterruption(callback: InterruptionCallback): string {
  const { pushDurationMs, endCode, endCodeText } = callback;
  // A refusal alone: whether the push had begun depends on its push callback.
  const what = refusingCodes.includes(endCode) ? 'The push was refused or ended' : 'The push ended';
  const after = pushDurationMs === null || pushDurationMs === 0 ? '' : ` after ${pushDurationMs / 1_000} s`;
  // The code alone: whether a newer push took over depends on other callbacks.
  const code = endCode ?? endCodeText;
  const withCode = code === null ? 'without a code' : `with the code ${code}`;
  return `${what}${after}, ${withCode}: ${endCauseOf(callback, false).summary}`;
}

function sentenceOfRelay({ event, callbackEvent }: RelayCallback): string {
  switch (event.type) {
    case 'TASK_START':
      return 'A run of the relay task began.';
    case 'TASK_EXIT': {
      const { code, codeText } = event.exit;
      const known = code ?? codeText;
      return `A run of the relay task ended, ${known === null ? 'without a code' : `with the code ${known}`}. CSS may start it again.`;
    }
    case 'FILE_START':
      return 'The relay task began a source file.';
    case 'FILE_FINISH':
      return 'The relay task finished a source file.';
    case 'ALARM':
      return `The relay task had trouble: ${event.alarm}.`;
    case 'OTHER':
      return callbackEvent === 'ResetTaskConfig'
        ? 'The configuration of the relay task was changed.'
        : 'A callback of the relay task that Live Ledger does not know.';
  }
}
