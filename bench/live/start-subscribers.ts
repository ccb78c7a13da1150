import { ask, end, start } from '../processes.ts';
import type { Told } from './audience.ts';
import type { Answer, Drive, Driven, Question } from './subscribers.ts';

/** Subscribers in a process of their own. */
export interface Subscribers {
  open(options: { port: number; count: number; readFully: number; after?: string | null }): Promise<void>;
  drive(drive: Drive): Promise<Driven>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** What the first of them was told, once all have had so many messages. */
  toldAt(messages: number): Promise<Told>;
  end(): Promise<void>;
}

export function startSubscribers(): Subscribers {
  const child = start('live/subscribers.ts');
  const put = <Said extends Answer>(question: Question) => ask<Question, Said>(child, question);
  return {
    async open({ after = null, ...options }) {
      await put({ do: 'open', after, ...options });
    },
    drive: (drive) => put({ do: 'drive', ...drive }),
    async pause() {
      await put({ do: 'pause' });
    },
    async resume() {
      await put({ do: 'resume' });
    },
    toldAt: (messages) => put({ do: 'tellAt', messages }),
    end: () => end(child),
  };
}
