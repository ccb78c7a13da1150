/** How many may wait for a permit, and for how many milliseconds. */
export interface QueueBounds {
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

/** A limited number of permits, for which clients wait in turn. */
export type Semaphore = ReturnType<typeof createSemaphore>;

/** Whoever has or awaits permits. */
interface Client {
  acquired: number;
  readonly waiting: Set<(isPermitted: boolean) => void>;
  /** When it was last given a permit, or came, as a number that only grows. */
  turn: number;
}

/**
 * A semaphore of `permitsMax` permits; queue null: waiting has no bounds. A permit that is given back goes to the client that has fewest, and of
 * several to the one that has waited longest: so nobody waits longer because another asks more. Those of one client are in order.
 */
export function createSemaphore(permitsMax: number, queue: QueueBounds | null) {
  /** Those that have permits, or wait. */
  const clients = new Map<string, Client>();
  let [acquired, waiting, turns] = [0, 0, 0];

  function clientOf(name: string): Client {
    const existing = clients.get(name);
    if (existing !== undefined) return existing;
    const client: Client = { acquired: 0, waiting: new Set(), turn: (turns += 1) };
    clients.set(name, client);
    return client;
  }

  function forgetIfDone(name: string, client: Client): void {
    if (client.acquired === 0 && client.waiting.size === 0) clients.delete(name);
  }

  /** There are not more clients than wait and have permits, so looking at all of them is cheap. */
  function next(): Client | null {
    if (waiting === 0) return null;
    const isBefore = (one: Client, other: Client) => one.acquired - other.acquired || one.turn - other.turn;
    const [first = null] = [...clients.values()].filter((client) => client.waiting.size > 0).sort(isBefore);
    return first;
  }

  /** Whether one more of a client may wait. If there is no room, it is that of a client that has more waiting. */
  function hasRoom(client: Client): boolean {
    if (queue === null || waiting < queue.waitingMax) return true;
    let most = client;
    for (const other of clients.values()) if (other.waiting.size > most.waiting.size) most = other;
    if (most.waiting.size <= client.waiting.size + 1) return false;
    [...most.waiting].at(-1)?.(false);
    return true;
  }

  function wait(name: string, client: Client): Promise<boolean> {
    return new Promise<boolean>((resolve) => {
      const go = (isPermitted: boolean) => {
        client.waiting.delete(go);
        waiting -= 1;
        clearTimeout(timer);
        forgetIfDone(name, client);
        resolve(isPermitted);
      };
      const timer = queue === null ? undefined : setTimeout(go, queue.waitMsMax, false).unref();
      client.waiting.add(go);
      waiting += 1;
    });
  }

  return {
    /**
     * True with a permit, which the caller must release under the same name; false if too many wait for one, or waiting took too long. At
     * once if a permit is there.
     */
    acquire(name = ''): true | Promise<boolean> {
      const client = clientOf(name);
      if (acquired < permitsMax) {
        acquired += 1;
        client.acquired += 1;
        return true;
      }
      if (hasRoom(client)) return wait(name, client);
      forgetIfDone(name, client);
      return Promise.resolve(false);
    },
    release(name = ''): void {
      const client = clientOf(name);
      // Chosen while it still counts as having this permit, so that others come first.
      const following = next();
      client.acquired -= 1;
      if (following === null) acquired -= 1;
      else {
        // Passes on the permit, so that no later caller can take it.
        following.acquired += 1;
        following.turn = turns += 1;
        const [go] = following.waiting;
        go?.(true);
      }
      forgetIfDone(name, client);
    },
    /** How many permits are in use, and how many callers wait. */
    counts: () => ({ acquired, waiting }),
  };
}

/** Runs one piece of work at a time, in order. A failure does not prevent the next one. */
export function createSerial(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const oneAtATime = createSemaphore(1, null);
  return async (work) => {
    await oneAtATime.acquire();
    try {
      return await work();
    } finally {
      oneAtATime.release();
    }
  };
}
