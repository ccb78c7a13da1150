import { writeFileSync } from 'node:fs';
import { printLedgerSchema } from '../graphql/schema.ts';

/** `npm run schema`: writes the schema as clients see it, from the code. A test holds the file to the code. */
writeFileSync(new URL('../../schema/schema.graphql', import.meta.url), printLedgerSchema());
