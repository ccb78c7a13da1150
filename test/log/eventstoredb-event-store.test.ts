import { afterAll, beforeAll } from '@jest/globals';
import { openEventStoreDbLog } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { eventStoreContract } from './contract.ts';

let server: EventStoreDbServer;
beforeAll(async () => {
  server = await startEventStoreDb();
});
afterAll(() => server.close());

eventStoreContract('eventstoredb', () => openEventStoreDbLog(server.url), {
  truncatedRepetition: 'refusedOrKnown',
});
