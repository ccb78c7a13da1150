import { compareChangePositions, laterPosition } from '../read-models/changes.ts';
import type { ChangePosition } from '../read-models/rows.ts';
import type { TimeSlices } from './time-slices.ts';

/** Something to be sent, the same for all who follow together. */
export interface Positioned {
  readonly at: ChangePosition;
}

export interface MessagePage<Message> {
  readonly messages: readonly Message[];
  /** All up to here is told by these messages and those before. */
  readonly to: ChangePosition;
  readonly isLast: boolean;
}

/** Messages after a place, and those to come; ends with the signal. See `followChanges`. */
export type ReadMessages<Message> = (from: ChangePosition, signal: AbortSignal) => AsyncIterable<MessagePage<Message>>;

/** Where messages go: a socket, which takes as many as it takes. */
export interface MessageSink<Message> {
  /** Sends messages from this index on, as many as it takes now, and returns how many those were; 0 where it takes none. */
  take(messages: readonly Message[], from: number): number;
  /** Resolves once it takes more, or the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** There will be no more, because following failed. */
  failed(error: unknown): void;
}

/** One who follows. */
export interface Subscriber {
  /** All up to here was taken by its sink. */
  readonly position: () => ChangePosition;
  /** Nothing is sent from then on. */
  leave(): void;
}

/** Followers of the same messages. */
export interface SubscriberGroup<Message> {
  subscribe(from: ChangePosition, sink: MessageSink<Message>): Subscriber;
}

interface Member<Message> {
  place: ChangePosition;
  readonly sink: MessageSink<Message>;
  readonly left: AbortController;
}

/** What those who are together read: one read for all of them. */
interface Head {
  place: ChangePosition;
  readonly stopped: AbortController;
}

/**
 * Those who are at the same place read together: each page is read and made into messages once, and the same messages go to
 * all. Whose sink does not take a page leaves them, waits for its sink, reads on alone from its own place, and joins again
 * once it is no further behind than they are. So nothing is kept for the slow, and nobody waits for them.
 */
export function createSubscriberGroup<Message extends Positioned>(
  followMessages: ReadMessages<Message>,
  turns: TimeSlices,
  onEmpty: () => void,
): SubscriberGroup<Message> {
  const members = new Set<Member<Message>>();
  const together = new Set<Member<Message>>();
  let head: Head | null = null;

  function join(member: Member<Message>): boolean {
    // Whoever is ahead is sent nothing twice: `deliver` goes by the place of each message.
    if (head !== null && compareChangePositions(member.place, head.place) < 0) return false;
    together.add(member);
    if (head === null) {
      head = { place: member.place, stopped: new AbortController() };
      void readTogether(head);
    }
    return true;
  }

  function part(member: Member<Message>): void {
    together.delete(member);
    if (together.size > 0 || head === null) return;
    head.stopped.abort();
    head = null;
  }

  async function readTogether(mine: Head): Promise<void> {
    const { signal } = mine.stopped;
    try {
      for await (const page of followMessages(mine.place, signal)) {
        for (const member of together) {
          if (turns.isOver()) await turns.next();
          if (signal.aborted) return;
          if (!together.has(member) || deliver(member, page)) continue;
          part(member);
          void readAlone(member);
        }
        if (signal.aborted) return;
        mine.place = page.to;
      }
    } catch (error) {
      for (const member of [...together]) fail(member, error);
    }
  }

  async function readAlone(member: Member<Message>): Promise<void> {
    const { signal } = member.left;
    const hasLeft = () => signal.aborted;
    try {
      while (!hasLeft()) {
        await member.sink.ready(signal);
        if (hasLeft() || join(member)) return;
        for await (const page of followMessages(member.place, signal)) {
          // What it does not take is let go, and read again once it takes more.
          if (hasLeft() || !deliver(member, page)) break;
          if (page.isLast && join(member)) return;
        }
      }
    } catch (error) {
      fail(member, error);
    }
  }

  function fail(member: Member<Message>, error: unknown): void {
    if (member.left.signal.aborted) return;
    leave(member);
    member.sink.failed(error);
  }

  function leave(member: Member<Message>): void {
    if (!members.delete(member)) return;
    member.left.abort();
    part(member);
    if (members.size === 0) onEmpty();
  }

  return {
    subscribe(from, sink) {
      const member: Member<Message> = { place: from, sink, left: new AbortController() };
      members.add(member);
      if (!join(member)) void readAlone(member);
      return {
        position: () => member.place,
        leave: () => {
          leave(member);
        },
      };
    },
  };
}

/** Sends a member what of a page it was not sent yet; false where its sink did not take all of it. */
function deliver<Message extends Positioned>(member: Member<Message>, { messages, to }: MessagePage<Message>): boolean {
  let next = 0;
  while (next < messages.length && isTold(messages[next], member.place)) next += 1;
  while (next < messages.length) {
    const taken = member.sink.take(messages, next);
    const last = messages[next + taken - 1];
    if (taken === 0 || last === undefined) return false;
    next += taken;
    member.place = last.at;
  }
  member.place = laterPosition(member.place, to);
  return true;
}

function isTold(message: Positioned | undefined, place: ChangePosition): boolean {
  return message !== undefined && compareChangePositions(message.at, place) <= 0;
}
