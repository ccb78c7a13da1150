/** Entries by time; entries of the same time are in the order in which they were added. */
export interface Agenda<Entry> {
  add(atMs: number, entry: Entry): void;
  /** Removes and yields all entries until a moment, inclusive, including entries added meanwhile. */
  until(atMs: number): Generator<Entry>;
}

interface Node<Entry> {
  readonly atMs: number;
  readonly number: number;
  readonly entry: Entry;
}

/** Creates an agenda as a binary heap. */
export function createAgenda<Entry>(): Agenda<Entry> {
  const heap: Node<Entry>[] = [];
  let added = 0;
  const isBefore = (one: Node<Entry> | undefined, other: Node<Entry> | undefined) =>
    one !== undefined &&
    (other === undefined || one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number));
  const swap = (one: number, other: number) => {
    [heap[one], heap[other]] = [heap[other] as never, heap[one] as never];
  };

  function takeFirst(): Node<Entry> | undefined {
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = isBefore(heap[right], heap[left]) ? right : left;
      if (!isBefore(heap[child], heap[at])) return first;
      swap(child, at);
      at = child;
    }
  }

  return {
    add(atMs, entry) {
      heap.push({ atMs, number: (added += 1), entry });
      for (let at = heap.length - 1; at > 0;) {
        const parent = Math.floor((at - 1) / 2);
        if (!isBefore(heap[at], heap[parent])) return;
        swap(at, parent);
        at = parent;
      }
    },
    *until(atMs) {
      while ((heap[0]?.atMs ?? Infinity) <= atMs) {
        const first = takeFirst();
        if (first !== undefined) yield first.entry;
      }
    },
  };
}
