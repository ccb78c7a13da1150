import { endCauseOf } from '../sessions/interruption-codes.ts';
import { callbackTypeOf, interpret, type Callback } from './callback.ts';
import type { JsonObject } from './json-object.ts';
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
    case 'INTERRUPTION': {
      const { pushDurationMs, endCode, endCodeText } = callback;
      const after = pushDurationMs === null ? '' : ` after ${pushDurationMs / 1_000} s`;
      // The code alone: whether a newer push took over depends on other callbacks.
      const code = endCode ?? endCodeText;
      return `The push ended${after}, ${code === null ? 'without a code' : `with the code ${code}`}: ${endCauseOf(callback, false).summary}`;
    }
    case 'RELAY':
      return sentenceOfRelay(callback);
    case 'OTHER':
      return 'A callback of a type that Live Ledger does not know.';
  }
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
