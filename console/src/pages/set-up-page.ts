import { lazyPage } from './lazy-page.tsx';

/** Set-up, which is a view, and Home until the first callback has arrived. */
export const SetUp = lazyPage('set-up', async () => (await import('./set-up/set-up.tsx')).SetUp);
