import { type TimeSlices, createSharedSlices } from '../kernel/time-slices.ts';
import { compareChangePositions, laterPosition, type ChangePosition, type Changes } from '../projecting/changes.ts';
import type { Notifications } from '../kernel/notifier.ts';

/** Rows examined in one read: about 2 ms of work if all of them match. */
const changesReadMax = 100;

/** Milliseconds that subscriptions work in one turn of the event loop. Then everything else of the process runs first, callbacks included. */
const sliceMsMax = 8;

/** Shared by all subscriptions: this thread has one event loop. */
export const subscriptionSlices = createSharedSlices(sliceMsMax).urgent;

/**
 * Reads the changes after a position, then those to come, in order, without a gap or a repeat. `isLast` of a page says
 * that it has caught up. The first page may be empty; a later one only if just the checkpoint moved. Nothing is read
 * before it is asked for, so a slow consumer costs nothing. Ends when the signal aborts; throws when a read fails.
 */
export async function* readChangesFrom<Page extends Pick<Changes<unknown>, 'to' | 'isLast'>>(
  read: (after: ChangePosition, rowsMax: number) => Page | Promise<Page>,
  from: ChangePosition,
  notifications: Notifications,
  signal: AbortSignal,
): AsyncGenerator<Page, void> {
  let position = from;
  for (let isFirst = true; ; isFirst = false) {
    if (subscriptionSlices.isOver()) await subscriptionSlices.next();
    if (signal.aborted) return;
    const { seen } = notifications;
    const page = await read(position, changesReadMax);
    const hasMoved = compareChangePositions(page.to, position) > 0;
    position = page.to;
    if (hasMoved || isFirst) yield page;
    if (page.isLast) await notifications.after(seen, signal);
  }
}

/** A message, the same for all subscribers of a group. */
export interface Positioned {
  readonly at: ChangePosition;
}

/** Consecutive messages that are sent together. */
export interface MessagePage<Message> {
  readonly messages: readonly Message[];
  /** Everything up to here is in these messages and in those before. */
  readonly to: ChangePosition;
  /** Whether this was everything at the time of reading. */
  readonly isLast: boolean;
}

/** Reads the messages after a position, then those to come; ends with the signal. See `readChangesFrom`. */
export type ReadMessages<Message> = (from: ChangePosition, signal: AbortSignal) => AsyncIterable<MessagePage<Message>>;

/** Where a subscriber's messages go: a connection, which limits how much it takes. */
export interface MessageSink<Message> {
  /** Sends messages from this index on, as many as it takes now, and returns how many; 0 if it takes none. */
  take(messages: readonly Message[], from: number): number;
  /** Resolves once it takes more, or the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** Reading failed: no more messages will be sent. */
  failed(error: unknown): void;
}

/** One subscription on one connection. */
export interface Subscriber {
  /** The cursor to resume with: everything up to it was taken by the sink. */
  cursor(): string;
  /** Ends it: nothing is sent from then on. */
  leave(): void;
}

export interface SubscriberGroupOptions<Message> {
  readonly read: ReadMessages<Message>;
  readonly timeSlices: TimeSlices;
  readonly cursorAt: (position: ChangePosition) => string;
  /** Called when the last subscriber has left. */
  readonly onEmpty: () => void;
}

/** There are tens of thousands of these: state that only a few of them need is made when they do. */
class Member<Message extends Positioned> implements Subscriber {
  hasLeft = false;
  /** Aborts what it waits for without the others. */
  private alone: AbortController | null = null;

  constructor(
    private readonly group: SubscriberGroup<Message>,
    public position: ChangePosition,
    readonly sink: MessageSink<Message>,
  ) {}

  cursor(): string {
    return this.group.options.cursorAt(this.position);
  }

  leave(): void {
    this.group.leave(this);
  }

  /** Aborts when it leaves. */
  signal(): AbortSignal {
    this.alone ??= new AbortController();
    if (this.hasLeft) this.alone.abort();
    return this.alone.signal;
  }

  end(): void {
    this.hasLeft = true;
    this.alone?.abort();
  }
}

interface SharedReader {
  position: ChangePosition;
  readonly stopped: AbortController;
}

/**
 * Subscribers at the same position share a reader: each page is read and made into messages once, and all are sent the same
 * messages. A subscriber whose sink does not take a page leaves the shared reader, waits for its sink, reads alone from its
 * own position, and joins again when it has caught up. So nothing is kept for slow subscribers, and nobody waits for them.
 */
export class SubscriberGroup<Message extends Positioned> {
  private readonly members = new Set<Member<Message>>();
  /** The members that share the reader; it exists while there are any. */
  private readonly sharing = new Set<Member<Message>>();
  private reader: SharedReader | null = null;

  constructor(readonly options: SubscriberGroupOptions<Message>) {}

  /** Sends the messages after a position to the sink, in order, without a gap or a repeat, until the subscriber leaves. */
  subscribe(from: ChangePosition, sink: MessageSink<Message>): Subscriber {
    const member = new Member(this, from, sink);
    this.members.add(member);
    if (!this.share(member)) void this.readAlone(member);
    return member;
  }

  leave(member: Member<Message>): void {
    if (!this.members.delete(member)) return;
    member.end();
    this.unshare(member);
    if (this.members.size === 0) this.options.onEmpty();
  }

  /** False if the member is behind the shared reader. */
  private share(member: Member<Message>): boolean {
    // A member that is ahead gets nothing twice: `deliver` compares the position of each message.
    if (this.reader !== null && compareChangePositions(member.position, this.reader.position) < 0) return false;
    this.sharing.add(member);
    if (this.reader === null) {
      this.reader = { position: member.position, stopped: new AbortController() };
      void this.readShared(this.reader);
    }
    return true;
  }

  private unshare(member: Member<Message>): void {
    this.sharing.delete(member);
    if (this.sharing.size > 0 || this.reader === null) return;
    this.reader.stopped.abort();
    this.reader = null;
  }

  private async readShared(reader: SharedReader): Promise<void> {
    const { signal } = reader.stopped;
    const { read, timeSlices } = this.options;
    try {
      for await (const page of read(reader.position, signal)) {
        for (const member of this.sharing) {
          if (timeSlices.isOver()) await timeSlices.next();
          if (signal.aborted) return;
          if (!this.sharing.has(member) || deliver(member, page)) continue;
          this.unshare(member);
          void this.readAlone(member);
        }
        if (signal.aborted) return;
        reader.position = page.to;
      }
    } catch (error) {
      // The members that share by now have another reader.
      if (signal.aborted) return;
      for (const member of [...this.sharing]) this.fail(member, error);
    }
  }

  private async readAlone(member: Member<Message>): Promise<void> {
    const signal = member.signal();
    const hasLeft = () => signal.aborted;
    try {
      while (!hasLeft()) {
        await member.sink.ready(signal);
        if (hasLeft() || this.share(member)) return;
        for await (const page of this.options.read(member.position, signal)) {
          // What the sink does not take is dropped, and read again when it takes more.
          if (hasLeft() || !deliver(member, page)) break;
          if (page.isLast && this.share(member)) return;
        }
      }
    } catch (error) {
      this.fail(member, error);
    }
  }

  private fail(member: Member<Message>, error: unknown): void {
    if (member.hasLeft) return;
    this.leave(member);
    member.sink.failed(error);
  }
}

/** Sends a member the part of a page that it has not been sent yet; false if its sink did not take all of it. */
function deliver<Message extends Positioned>(member: Member<Message>, { messages, to }: MessagePage<Message>): boolean {
  let next = 0;
  while (isSent(messages[next], member.position)) next += 1;
  while (next < messages.length) {
    const taken = member.sink.take(messages, next);
    const last = messages[next + taken - 1];
    if (taken === 0 || last === undefined) return false;
    next += taken;
    member.position = last.at;
  }
  member.position = laterPosition(member.position, to);
  return true;
}

function isSent(message: Positioned | undefined, upTo: ChangePosition): boolean {
  return message !== undefined && compareChangePositions(message.at, upTo) <= 0;
}
