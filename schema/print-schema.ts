import { writeFileSync } from 'node:fs';
import { printAlertsSchema } from '../src/alerts/alerts-file.ts';
import { printLedgerSchema } from '../src/api/schema.ts';

/** `npm run schema`: writes the schemas as clients and operators see them, from the code. Tests compare the files with the code. */
writeFileSync(new URL('schema.graphql', import.meta.url), printLedgerSchema());
writeFileSync(new URL('alerts.schema.json', import.meta.url), printAlertsSchema());
