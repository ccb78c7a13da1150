import { createStore } from './store.ts';

/** The entered token, only in memory: a reload forgets it, and no other page can read it. */
export const token = createStore<string | null>(null);

/** Whether the API has refused to answer without a valid token. */
export const signInNeeded = createStore(false);
