import { LedgerError } from '../kernel/errors.ts';

/**
 * Stands for an object that comes later: asked before, it throws.
 * @throws LedgerError, STORE_UNAVAILABLE - of every property, until the object is there
 */
export function waitUntil<Thing extends object>(find: () => Thing | null): Thing {
  return new Proxy({} as Thing, {
    get(_nothing, property) {
      const there = find();
      if (there === null) throw notThereYet();
      const value: unknown = Reflect.get(there, property, there);
      return typeof value === 'function' ? (value.bind(there) as unknown) : value;
    },
  });
}

function notThereYet(): LedgerError {
  return new LedgerError(
    'STORE_UNAVAILABLE',
    'This node has nothing of the log yet: the event store did not answer since it was set up.',
  );
}
