import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSubscriberGroup,
  type ReadMessages,
  type SubscriberGroup,
  type MessageSink,
  type Positioned,
} from '../../src/live/subscriber-group.ts';
import { createTimeSlices } from '../../src/live/time-slices.ts';
import { compareChangePositions, lastOrdinal } from '../../src/read-models/changes.ts';
import type { ChangePosition } from '../../src/read-models/rows.ts';

const at = (position: number): ChangePosition => ({ position: BigInt(position), ordinal: lastOrdinal });

/** Numbers that are appended, as a projection would; how often they were read is counted. */
class Numbers {
  readonly all: Positioned[] = [];
  reads = 0;
  following = 0;
  broken: Error | null = null;
  private wake: () => void = () => undefined;
  private changed = this.next();

  append(...positions: number[]): void {
    this.all.push(...positions.map((position) => ({ at: at(position) })));
    this.ring();
  }

  ring(): void {
    const { wake } = this;
    this.changed = this.next();
    wake();
  }

  readonly follow: ReadMessages<Positioned> = async function* (
    this: Numbers,
    from: ChangePosition,
    signal: AbortSignal,
  ) {
    this.following += 1;
    try {
      let place = from;
      for (;;) {
        const { changed } = this;
        if (this.broken !== null) throw this.broken;
        const messages = this.all.filter((one) => compareChangePositions(one.at, place) > 0);
        if (messages.length > 0) this.reads += 1;
        place = messages.at(-1)?.at ?? place;
        yield { messages, to: place, isLast: true };
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
      this.following -= 1;
    }
  }.bind(this);

  private next(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

/** Takes so many messages, then no more until it is told to. */
class Sink implements MessageSink<Positioned> {
  readonly taken: number[] = [];
  readonly failures: unknown[] = [];
  private go: (() => void) | null = null;

  constructor(private room = Infinity) {}

  take(messages: readonly Positioned[], from: number): number {
    const now = messages.slice(from, from + this.room);
    this.room -= now.length;
    this.taken.push(...now.map(({ at: place }) => Number(place.position)));
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
  group = createSubscriberGroup(numbers.follow, createTimeSlices(), () => {
    emptied += 1;
  });
});

/** Lets everything happen that nothing stands in the way of. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

describe('those who are at the same place', () => {
  test('share one read, however many they are', async () => {
    const sinks = Array.from({ length: 100 }, () => new Sink());
    for (const sink of sinks) group.subscribe(at(0), sink);
    await settled();
    numbers.append(1, 2);
    await settled();
    numbers.append(3);
    await settled();
    expect(sinks.map(({ taken }) => taken)).toEqual(sinks.map(() => [1, 2, 3]));
    expect({ reads: numbers.reads, following: numbers.following }).toEqual({ reads: 2, following: 1 });
  });

  test('are not told again what one of them had already', async () => {
    const behind = new Sink();
    const ahead = new Sink();
    group.subscribe(at(0), behind);
    await settled();
    // The others have not read yet what this one knows.
    numbers.all.push({ at: at(1) }, { at: at(2) }, { at: at(3) });
    group.subscribe(at(2), ahead);
    numbers.ring();
    await settled();
    expect([behind.taken, ahead.taken]).toEqual([[1, 2, 3], [3]]);
  });

  test('whoever comes from behind reads alone until it has caught up, then with the others', async () => {
    numbers.append(1, 2, 3);
    const [first, late] = [new Sink(), new Sink()];
    group.subscribe(at(3), first);
    await settled();
    group.subscribe(at(1), late);
    await settled();
    expect(late.taken).toEqual([2, 3]);
    expect(numbers.following).toBe(1);
    const before = numbers.reads;
    numbers.append(4);
    await settled();
    expect([first.taken, late.taken, numbers.reads - before]).toEqual([[4], [2, 3, 4], 1]);
  });
});

describe('a slow one', () => {
  test('holds up nobody, is kept nothing for, and misses nothing', async () => {
    const [fast, slow] = [new Sink(), new Sink(2)];
    group.subscribe(at(0), fast);
    const follower = group.subscribe(at(0), slow);
    await settled();
    numbers.append(1, 2, 3);
    await settled();
    for (let position = 4; position < 20; position += 1) numbers.append(position);
    await settled();
    expect(fast.taken).toHaveLength(19);
    expect(slow.taken).toEqual([1, 2]);
    expect(follower.position()).toEqual(at(2));
    // It waits for its sink, and reads nothing meanwhile.
    expect(numbers.following).toBe(1);
    slow.allow(Infinity);
    await settled();
    expect(slow.taken).toEqual(fast.taken);
    numbers.append(20);
    await settled();
    expect(slow.taken.at(-1)).toBe(20);
    expect(numbers.following).toBe(1);
  });

  test('alone is no reason to read', async () => {
    const slow = new Sink(1);
    group.subscribe(at(0), slow);
    await settled();
    numbers.append(1, 2);
    await settled();
    expect(numbers.following).toBe(0);
    slow.allow(1);
    await settled();
    expect(slow.taken).toEqual([1, 2]);
  });
});

describe('the end', () => {
  test('nothing is sent to whoever has left, and nothing is read for nobody', async () => {
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
    expect({ following: numbers.following, emptied }).toEqual({ following: 0, emptied: 1 });
  });

  test('where following fails, each is told once', async () => {
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
});
