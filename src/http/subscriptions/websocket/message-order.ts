/** Messages of one client, on their way to the protocol. */
export interface MessageOrder {
  take(text: string): void;
  /** Whether messages wait, so that no more should be read. */
  readonly isWaiting: () => boolean;
  /** Lets go of those that wait: an operation that begins after its connection has gone would be ended by nobody. */
  end(): void;
}

/**
 * Hands messages over as they come. Only an operation under an id that was completed and whose operation has not ended yet
 * waits for that end, and what comes behind it waits too. To graphql-ws the two would be one: both would send, only one
 * could be completed, and neither would count.
 */
export function createMessageOrder(hand: (text: string) => Promise<void>, onWaited: () => void): MessageOrder {
  const running = new Map<string, { readonly ended: Promise<void>; isCompleted: boolean }>();
  const waiting: string[] = [];
  let isWaiting = false;
  let hasEnded = false;

  function handOne(text: string, { type, id }: Named): void {
    const ended = hand(text);
    if (id === null) return;
    const present = running.get(id);
    if (type === 'complete' && present !== undefined) present.isCompleted = true;
    if (type !== 'subscribe' || present !== undefined) return;
    running.set(id, { ended, isCompleted: false });
    void ended.finally(() => running.delete(id));
  }

  async function handAll(): Promise<void> {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const named = read(text);
      const present = named.type === 'subscribe' && named.id !== null ? running.get(named.id) : undefined;
      if (present?.isCompleted === true) {
        isWaiting = true;
        await present.ended;
        if (hasEnded) return;
      }
      handOne(text, named);
    }
    if (!isWaiting) return;
    isWaiting = false;
    onWaited();
  }

  return {
    take(text) {
      waiting.push(text);
      if (waiting.length === 1 && !isWaiting) void handAll();
    },
    isWaiting: () => isWaiting,
    end() {
      hasEnded = true;
    },
  };
}

interface Named {
  readonly type: unknown;
  readonly id: string | null;
}

/** What is no message of the protocol is for the protocol to refuse. */
function read(text: string): Named {
  try {
    const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown };
    return { type, id: typeof id === 'string' ? id : null };
  } catch {
    return { type: null, id: null };
  }
}
