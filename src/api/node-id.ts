import { readPosition } from '../callbacks/json-object.ts';
import { readToken, writeToken } from '../kernel/encoding.ts';

/** What the id of a node names: values that are the same on every node of a log and after every rebuild. */
type NodeId =
  | { readonly type: 'StreamSession'; readonly appId: string; readonly sequence: string }
  | { readonly type: 'RefusedPush'; readonly appId: string; readonly sequence: string }
  | { readonly type: 'Incident'; readonly incidentId: string }
  | { readonly type: 'RelayTask'; readonly appId: string; readonly taskId: string }
  | { readonly type: 'CallbackRecord'; readonly logId: string; readonly position: bigint }
  | { readonly type: 'QuarantinedCallback'; readonly position: bigint; readonly eventId: string };

/** The id as an opaque token. */
export function writeNodeId(id: NodeId): string {
  return writeToken([id.type, ...partsOf(id)]);
}

/** The id of a decision about a callback: no node, and different from the id of any, as the caches of clients require. */
export function writeDecisionId(decided: 'RELEASED' | 'DISCARDED', callbackId: string): string {
  return writeToken(['QuarantineDecision', decided, callbackId]);
}

/**
 * The id of what is computed, or is part of a node: no node, and different from the id of any. `parts` are the same on every node of a log;
 * clients can read them.
 */
export function writePartId(
  type: 'Broadcast' | 'MissingCallback' | 'RelayRun' | 'RelayFile',
  parts: readonly (string | number | null)[],
): string {
  return writeToken([type, ...parts]);
}

/** The id of an operator's fact, by its event: no node. */
export function writeFactId({ position, eventId }: FactRef): string {
  return writeToken(['OperatorFact', String(position), eventId]);
}

/** Null if the text is not an id of a fact. */
export function readFactId(text: string): FactRef | null {
  const [type, scope, eventId, ...rest] = readToken(text);
  const position = type === 'OperatorFact' && typeof scope === 'string' ? readBoundedPosition(scope) : null;
  return position === null || typeof eventId !== 'string' || rest.length > 0 ? null : { position, eventId };
}

interface FactRef {
  readonly position: bigint;
  readonly eventId: string;
}

/** Null if the text is not a position, or one that no log has. */
function readBoundedPosition(text: string): bigint | null {
  const position = readPosition(text);
  return position !== null && BigInt.asIntN(64, position) === position ? position : null;
}

/** Null if the text is not an id of a node. */
export function readNodeId(text: string): NodeId | null {
  const [type, scope, key, ...rest] = readToken(text);
  if (typeof scope !== 'string' || typeof key !== 'string' || rest.length > 0) return null;
  if (type === 'StreamSession' || type === 'RefusedPush') return { type, appId: scope, sequence: key };
  if (type === 'Incident') return { type, incidentId: key };
  if (type === 'RelayTask') return { type, appId: scope, taskId: key };
  if (type === 'QuarantinedCallback') {
    const position = readBoundedPosition(scope);
    return position === null ? null : { type, position, eventId: key };
  }
  return type === 'CallbackRecord' && /^\d{1,18}$/.test(key) ? { type, logId: scope, position: BigInt(key) } : null;
}

function partsOf(id: NodeId): readonly [scope: string, key: string] {
  switch (id.type) {
    case 'StreamSession':
    case 'RefusedPush':
      return [id.appId, id.sequence];
    case 'RelayTask':
      return [id.appId, id.taskId];
    case 'Incident':
      return ['', id.incidentId];
    case 'CallbackRecord':
      return [id.logId, String(id.position)];
    case 'QuarantinedCallback':
      return [String(id.position), id.eventId];
  }
}
