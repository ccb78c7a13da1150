import { ask, end, start } from '../processes.ts';
import type { FirstSubscriber, Opening } from './audience.ts';
import type { Answer, Drive, Driven, Question } from './subscribers.ts';

/** Subscribers in their own process. */
export interface Subscribers {
  open(opening: Pick<Opening, 'port' | 'count' | 'readFully'> & Partial<Opening>): Promise<void>;
  drive(drive: Drive): Promise<Driven>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves with what the first subscriber received, once all have received this many messages. */
  firstAt(messages: number): Promise<FirstSubscriber>;
  end(): Promise<void>;
}

export function startSubscribers(): Subscribers {
  const child = start('live/subscribers.ts');
  const put = <Said extends Answer>(question: Question) => ask<Question, Said>(child, question);
  return {
    async open(opening) {
      await put({ do: 'open', after: null, operations: 1, ...opening });
    },
    drive: (drive) => put({ do: 'drive', ...drive }),
    async pause() {
      await put({ do: 'pause' });
    },
    async resume() {
      await put({ do: 'resume' });
    },
    firstAt: (messages) => put({ do: 'reportAt', messages }),
    end: () => end(child),
  };
}
