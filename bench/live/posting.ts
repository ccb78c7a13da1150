import { connect } from 'node:net';
import type { CallbackRequest } from './callback-requests.ts';

/** Connections for posting callbacks, one after another on each. */
export interface Posting {
  /** Posts a callback if a connection is free; returns whether one was. */
  post(): boolean;
  readonly posted: () => number;
  readonly acknowledged: () => number;
  end(): void;
}

export interface PostingOptions {
  readonly port: number;
  readonly connections: number;
  readonly next: () => Pick<CallbackRequest, 'text' | 'key'>;
  /** Called when a 200 arrives. */
  readonly onAcknowledged: (key: string) => void;
}

export async function openPosting({ port, connections, next, onAcknowledged }: PostingOptions): Promise<Posting> {
  const free: (() => void)[] = [];
  let [posted, acknowledged] = [0, 0];
  const fail = (error: Error) => {
    throw error;
  };
  const open = await Promise.all(
    Array.from({ length: connections }, () => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      let key = '';
      let answer = '';
      const send = () => {
        const request = next();
        key = request.key;
        posted += 1;
        socket.write(request.text);
      };
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
        if (!answer.endsWith('}')) return;
        if (!answer.startsWith('HTTP/1.1 200')) fail(new Error(`A callback was answered ${answer.slice(0, 12)}.`));
        answer = '';
        acknowledged += 1;
        onAcknowledged(key);
        free.push(send);
      });
      socket.on('error', fail);
      return new Promise<typeof socket>((resolve) => {
        socket.on('connect', () => {
          free.push(send);
          resolve(socket);
        });
      });
    }),
  );
  return {
    post() {
      const send = free.shift();
      send?.();
      return send !== undefined;
    },
    posted: () => posted,
    acknowledged: () => acknowledged,
    end: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
