import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  SubscriberGroup,
  type ReadMessages,
  type Subscriber,
  type SubscriberGroupOptions,
  type MessageSink,
  type Positioned,
  subscriptionSlices,
} from '../../src/live/subscriber-group.ts';
import { compareChangePositions, lastOrdinal, type ChangePosition } from '../../src/projecting/changes.ts';

const at = (position: number): ChangePosition => ({ position: BigInt(position), ordinal: lastOrdinal });

/** Numbers that are appended, as a projection would; how often they were read is counted. */
class Numbers {
  readonly all: Positioned[] = [];
  reads = 0;
  readers = 0;
  broken: Error | null = null;
  private wake: () => void = () => undefined;
  private changed = this.next();

  append(...positions: number[]): void {
    this.all.push(...positions.map((position) => ({ at: at(position) })));
    this.notify();
  }

  notify(): void {
    const { wake } = this;
    this.changed = this.next();
    wake();
  }

  readonly follow: ReadMessages<Positioned> = async function* (
    this: Numbers,
    from: ChangePosition,
    signal: AbortSignal,
  ) {
    this.readers += 1;
    try {
      let position = from;
      for (;;) {
        const { changed } = this;
        if (this.broken !== null) throw this.broken;
        const messages = this.all.filter((one) => compareChangePositions(one.at, position) > 0);
        if (messages.length > 0) this.reads += 1;
        position = messages.at(-1)?.at ?? position;
        yield { messages, to: position, isLast: true };
        await Promise.race([
          changed,
          new Promise<void>((resolve) => {
            if (signal.aborted) resolve();
            signal.addEventListener('abort', () => {
              resolve();
            });
          }),
        ]);
        if (signal.aborted) return;
      }
    } finally {
      this.readers -= 1;
    }
  }.bind(this);

  private next(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

/** Takes this many messages, then no more until it is allowed to. */
class Sink implements MessageSink<Positioned> {
  readonly taken: number[] = [];
  readonly failures: unknown[] = [];
  private go: (() => void) | null = null;

  constructor(private room = Infinity) {}

  take(messages: readonly Positioned[], from: number): number {
    const now = messages.slice(from, from + this.room);
    this.room -= now.length;
    this.taken.push(...now.map(({ at: { position } }) => Number(position)));
    return now.length;
  }

  ready(): Promise<void> {
    if (this.room > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.go = resolve;
    });
  }

  failed(error: unknown): void {
    this.failures.push(error);
  }

  allow(room: number): void {
    this.room += room;
    this.go?.();
  }
}

let numbers: Numbers;
let group: SubscriberGroup<Positioned>;
let emptied: number;
beforeEach(() => {
  numbers = new Numbers();
  emptied = 0;
  group = new SubscriberGroup(options());
});

function options(): SubscriberGroupOptions<Positioned> {
  return {
    read: numbers.follow,
    timeSlices: subscriptionSlices,
    cursorAt: ({ position }) => `after ${position}`,
    onEmpty: () => {
      emptied += 1;
    },
  };
}

/** Lets everything happen that nothing prevents. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

describe('subscribers at the same position', () => {
  test('share one reader, however many they are', async () => {
    const sinks = Array.from({ length: 100 }, () => new Sink());
    for (const sink of sinks) group.subscribe(at(0), sink);
    await settled();
    numbers.append(1, 2);
    await settled();
    numbers.append(3);
    await settled();
    expect(sinks.map(({ taken }) => taken)).toEqual(sinks.map(() => [1, 2, 3]));
    expect({ reads: numbers.reads, readers: numbers.readers }).toEqual({ reads: 2, readers: 1 });
  });

  test('are not sent again what one of them already has', async () => {
    const behind = new Sink();
    const ahead = new Sink();
    group.subscribe(at(0), behind);
    await settled();
    // The others have not read yet what this one knows.
    numbers.all.push({ at: at(1) }, { at: at(2) }, { at: at(3) });
    group.subscribe(at(2), ahead);
    numbers.notify();
    await settled();
    expect([behind.taken, ahead.taken]).toEqual([[1, 2, 3], [3]]);
  });

  test('a subscriber from behind reads alone until it has caught up, then with the others', async () => {
    numbers.append(1, 2, 3);
    const [first, late] = [new Sink(), new Sink()];
    group.subscribe(at(3), first);
    await settled();
    group.subscribe(at(1), late);
    await settled();
    expect(late.taken).toEqual([2, 3]);
    expect(numbers.readers).toBe(1);
    const before = numbers.reads;
    numbers.append(4);
    await settled();
    expect([first.taken, late.taken, numbers.reads - before]).toEqual([[4], [2, 3, 4], 1]);
  });
});

describe('a slow subscriber', () => {
  test('delays nobody, is buffered nothing, and misses nothing', async () => {
    const [fast, slow] = [new Sink(), new Sink(2)];
    group.subscribe(at(0), fast);
    const subscriber = group.subscribe(at(0), slow);
    await settled();
    numbers.append(1, 2, 3);
    await settled();
    for (let position = 4; position < 20; position += 1) numbers.append(position);
    await settled();
    expect(fast.taken).toHaveLength(19);
    expect(slow.taken).toEqual([1, 2]);
    expect(subscriber.cursor()).toBe('after 2');
    // It waits for its sink, and reads nothing meanwhile.
    expect(numbers.readers).toBe(1);
    slow.allow(Infinity);
    await settled();
    expect(slow.taken).toEqual(fast.taken);
    numbers.append(20);
    await settled();
    expect(slow.taken.at(-1)).toBe(20);
    expect(numbers.readers).toBe(1);
  });

  test('alone causes no reads', async () => {
    const slow = new Sink(1);
    group.subscribe(at(0), slow);
    await settled();
    numbers.append(1, 2);
    await settled();
    expect(numbers.readers).toBe(0);
    slow.allow(1);
    await settled();
    expect(slow.taken).toEqual([1, 2]);
  });
});

describe('the end', () => {
  test('sends nothing to a subscriber that has left, and reads nothing for nobody', async () => {
    const [one, other] = [new Sink(), new Sink()];
    const first = group.subscribe(at(0), one);
    const second = group.subscribe(at(0), other);
    await settled();
    numbers.append(1);
    await settled();
    first.leave();
    first.leave();
    numbers.append(2);
    await settled();
    expect([one.taken, other.taken, emptied]).toEqual([[1], [1, 2], 0]);
    second.leave();
    await settled();
    expect({ readers: numbers.readers, emptied }).toEqual({ readers: 0, emptied: 1 });
  });

  test('sends and reports nothing to one that leaves while it is sent something, waits for its sink, or reads alone', async () => {
    const refusing = new Sink(0);
    const leaving: { subscriber?: Subscriber } = {};
    refusing.take = () => {
      leaving.subscriber?.leave();
      return 0;
    };
    refusing.ready = () => Promise.resolve();
    leaving.subscriber = group.subscribe(at(0), refusing);
    const slow = new Sink(0);
    const waiting = group.subscribe(at(0), slow);
    await settled();
    numbers.append(1);
    await settled();
    waiting.leave();
    slow.allow(1);
    await settled();
    expect({ readers: numbers.readers, emptied, taken: slow.taken }).toEqual({ readers: 0, emptied: 1, taken: [] });
    const fails: ((error: Error) => void)[] = [];
    const failing: ReadMessages<Positioned> = async function* (from) {
      yield { messages: [], to: from, isLast: false };
      await new Promise((_resolve, reject) => fails.push(reject));
    };
    const others = new SubscriberGroup({ ...options(), read: failing });
    others.subscribe(at(5), new Sink());
    const behind = new Sink();
    const alone = others.subscribe(at(0), behind);
    await settled();
    alone.leave();
    expect(fails).toHaveLength(2);
    for (const fail of fails) fail(new Error('of a read that nobody waits for'));
    await settled();
    expect(behind.failures).toEqual([]);
  });

  test('a page that was being sent when all had left is not sent to who came since, from further behind', async () => {
    const waiting: (() => void)[] = [];
    const timeSlices = { isOver: () => true, next: () => new Promise<void>((resolve) => waiting.push(resolve)) };
    const paused = new SubscriberGroup({ ...options(), timeSlices });
    numbers.append(1, 2, 3);
    const [gone, since] = [new Sink(), new Sink()];
    const first = paused.subscribe(at(2), gone);
    await settled();
    first.leave();
    paused.subscribe(at(0), since);
    for (let slice = 0; slice < 3; slice += 1) {
      waiting.shift()?.();
      await settled();
    }
    expect([gone.taken, since.taken]).toEqual([[], [1, 2, 3]]);
  });

  test('reports a failed read to each subscriber once', async () => {
    const [one, slow] = [new Sink(), new Sink(0)];
    group.subscribe(at(0), one);
    group.subscribe(at(0), slow);
    await settled();
    numbers.append(1);
    await settled();
    numbers.broken = new Error('broken');
    numbers.append(2);
    slow.allow(1);
    await settled();
    expect([one.failures, slow.failures]).toEqual([[numbers.broken], [numbers.broken]]);
    expect(emptied).toBe(1);
  });

  test('does not report what an abandoned read comes to to those who read since', async () => {
    const reads: ((error: Error) => void)[] = [];
    const readings: ReadMessages<Positioned> = async function* () {
      yield { messages: [{ at: at(1) }], to: at(1), isLast: true };
      await new Promise((_resolve, reject) => reads.push(reject));
    };
    const others = new SubscriberGroup({ ...options(), read: readings });
    const [waiting, gone, since] = [new Sink(0), new Sink(), new Sink()];
    // It keeps the group, and reads nothing.
    others.subscribe(at(0), waiting);
    await settled();
    const leaving = others.subscribe(at(0), gone);
    await settled();
    leaving.leave();
    others.subscribe(at(0), since);
    await settled();
    expect(reads).toHaveLength(2);
    reads[0]?.(new Error('of the one before'));
    await settled();
    expect(since.failures).toEqual([]);
    reads[1]?.(new Error('its own'));
    await settled();
    expect(since.failures).toEqual([new Error('its own')]);
  });
});
