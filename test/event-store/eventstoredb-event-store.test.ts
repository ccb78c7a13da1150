import { afterAll, beforeAll } from '@jest/globals';
import { openEventStoreDbLog } from '../support/eventstoredb-log.ts';
import { startStandIn, type StandIn } from '../support/eventstoredb-stand-in/stand-in.ts';
import { eventStoreContract } from './contract.ts';

let server: StandIn;
beforeAll(async () => {
  server = await startStandIn();
});
afterAll(() => server.close());

eventStoreContract('eventstoredb', () => openEventStoreDbLog(server.url), {
  truncatedRepetition: 'refusedOrKnown',
});
