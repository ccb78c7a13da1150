import { writeFileSync } from 'node:fs';
import { printLedgerSchema } from '../src/graphql/schema.ts';

/** `npm run schema`: writes the schema as clients see it, from the code. A test compares the file with the code. */
writeFileSync(new URL('schema.graphql', import.meta.url), printLedgerSchema());
