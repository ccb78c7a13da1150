import { openTemporarySqliteStore } from '../support/sqlite-store.ts';
import { eventStoreContract } from './contract.ts';

eventStoreContract('sqlite', () => Promise.resolve(openTemporarySqliteStore()));
