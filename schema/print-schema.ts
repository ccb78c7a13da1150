import { parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { writeFileSync } from 'node:fs';
import { printAlertsSchema } from '../src/alerts/alerts-file.ts';
import { printLedgerSchema } from '../src/api/schema.ts';

/**
 * `npm run schema`: writes the schemas as clients and operators see them, from the code. Tests compare the files with the code.
 * With `--released`, for a release: writes what the next schemas are compared with, a line for each definition, without descriptions.
 */
const schema = printLedgerSchema();
if (process.argv.includes('--released')) {
  const { definitions } = visit(parse(schema, { noLocation: true }), {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
  });
  const lines = definitions.map((definition) => stripIgnoredCharacters(print(definition)));
  writeFileSync(new URL('released.graphql', import.meta.url), `${lines.join('\n')}\n`);
} else {
  writeFileSync(new URL('schema.graphql', import.meta.url), schema);
  writeFileSync(new URL('alerts.schema.json', import.meta.url), printAlertsSchema());
}
