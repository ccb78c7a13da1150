import type { Socket } from 'node:net';
import { endWithRefusal, type OnRefused } from '../connections/client-errors.ts';
import { keptMsMax } from './kept-callbacks.ts';

/** Takes a connection whose first bytes are not those of a callback. Only the receiver reads on. */
export type HandOver = (socket: Socket, head: Buffer) => void;

/** Connections that may wait for the serving process. */
export const connectionsWaitingMax = 4_096;

/** Connections for the serving process: handed over at once, or as soon as one serves again. */
export interface WaitingConnections {
  add(socket: Socket, head: Buffer): void;
  /** Null while no process serves. */
  setHandOver(handOver: HandOver | null): void;
  /** Resolves when a process serves; rejects if none does in time. */
  served(): Promise<void>;
  refuseAll(): void;
}

interface Waiting {
  readonly proceed: () => void;
  readonly refuse: () => void;
  readonly timer: NodeJS.Timeout;
}

export function holdConnections(onRefused: OnRefused): WaitingConnections {
  const waiting = new Set<Waiting>();
  let handOver: HandOver | null = null;

  const wait = (proceed: () => void, refuse: () => void) => {
    if (handOver !== null) {
      proceed();
    } else if (waiting.size >= connectionsWaitingMax) {
      refuse();
    } else {
      const timer = setTimeout(() => {
        waiting.delete(one);
        refuse();
      }, keptMsMax);
      const one = { proceed, refuse, timer };
      waiting.add(one);
    }
  };
  const release = (what: 'proceed' | 'refuse') => {
    for (const one of [...waiting]) {
      waiting.delete(one);
      clearTimeout(one.timer);
      one[what]();
    }
  };

  return {
    add: (socket, head) => {
      wait(
        () => handOver?.(socket, head),
        () => endWithRefusal(socket, restarting, onRefused),
      );
    },
    setHandOver(next) {
      handOver = next;
      if (next !== null) release('proceed');
    },
    served: () => new Promise((resolve, reject) => wait(resolve, () => reject(new Error('No process serves.')))),
    refuseAll: () => release('refuse'),
  };
}

/** The refusal of requests that waited in vain for the serving process. */
export const restarting = {
  status: 503,
  error: 'STORE_UNAVAILABLE',
  message: 'The service is being restarted. Send the request again.',
} as const;
