/** The messages of one client, on their way to the protocol. */
export interface MessageOrder {
  readonly take: (text: string) => void;
  /** Whether messages wait, so that no more should be read. */
  readonly isWaiting: () => boolean;
  /** Discards those that wait: nobody would end an operation that began after its connection was closed. */
  readonly end: () => void;
}

/**
 * Passes messages on in the order they arrive. Only an operation under an id that was completed, but whose operation has not
 * ended yet, waits for that end, and the messages behind it wait too. graphql-ws would take the two for one: both would
 * send, only one could be completed, and neither would be counted.
 */
export function createMessageOrder(handle: (text: string) => Promise<void>, onWaited: () => void): MessageOrder {
  const running = new Map<string, { readonly ended: Promise<void>; isCompleted: boolean }>();
  const waiting: string[] = [];
  let isWaiting = false;
  let hasEnded = false;

  function passOn(text: string, { type, id }: MessageHead): void {
    const ended = handle(text);
    if (id === null) return;
    const present = running.get(id);
    if (type === 'complete' && present !== undefined) present.isCompleted = true;
    if (type !== 'subscribe' || present !== undefined) return;
    running.set(id, { ended, isCompleted: false });
    void ended.finally(() => running.delete(id));
  }

  async function passOnAll(): Promise<void> {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const head = readHead(text);
      const present = head.type === 'subscribe' && head.id !== null ? running.get(head.id) : undefined;
      if (present?.isCompleted === true) {
        isWaiting = true;
        await present.ended;
        if (hasEnded) return;
      }
      passOn(text, head);
    }
    if (!isWaiting) return;
    isWaiting = false;
    onWaited();
  }

  return {
    take(text) {
      waiting.push(text);
      if (waiting.length === 1 && !isWaiting) void passOnAll();
    },
    isWaiting: () => isWaiting,
    end() {
      hasEnded = true;
    },
  };
}

interface MessageHead {
  readonly type: unknown;
  readonly id: string | null;
}

/** Never throws: the protocol refuses what is no message of it. */
function readHead(text: string): MessageHead {
  try {
    const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown };
    return { type, id: typeof id === 'string' ? id : null };
  } catch {
    return { type: null, id: null };
  }
}
