import { buildSchema } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { simulateFlags } from '../../simulator/command/flags.ts';
import { cssAnswerMsMax } from '../../src/callbacks/callback.ts';
import type { Flag } from '../../src/commands/command-line.ts';
import { defaultLogLevel, defaultPrefix, variables } from '../../src/settings/variables.ts';
import { connectionWaitMsMax, headersTimeoutMs, requestTimeoutMs } from '../../src/connections/limits.ts';
import { errorCodes } from '../../src/kernel/errors.ts';
import { appendAnswerMsMax as serverAnswerMsMax } from '../../src/log/eventstoredb/append-dispatch.ts';
import { appendAnswerMsMax } from '../../src/log/sqlite/append-queue.ts';
import { sqlViews } from '../../src/projecting/file/sql-views.ts';
import { callbackTypeTable } from './callback-types.ts';
import { logMessageTable } from './log-messages.ts';
import { metricTable, scrapeMetrics } from './metrics.ts';
import { enumTable, fieldTable } from './schema-tables.ts';
import { table } from './table.ts';

/** What is between these two lines of a page is generated. The first says what: `<!-- npm run docs: errors -->`. */
const block = /^<!-- npm run docs: (.+) -->\n[^]*?^<!-- end -->$/gm;

/** The pages of docs/ that have generated blocks, by their name, as `npm run docs` would leave them. */
export async function referencePages(root: string): Promise<ReadonlyMap<string, string>> {
  const folder = path.join(root, 'docs');
  const generators = await openGenerators(root);
  const pages = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')] as const)
    .filter(([, text]) => text.includes('<!-- npm run docs: '));
  return new Map(
    pages.map(([name, text]) => [
      name,
      text.replaceAll(block, (_block, what: string) => {
        const [kind = '', ...rest] = what.split(' ');
        const generate = generators[kind];
        if (generate === undefined) throw new Error(`docs/${name}: nothing generates "${kind}".`);
        return `<!-- npm run docs: ${what} -->\n\n${generate(rest.join(' '))}\n<!-- end -->`;
      }),
    ]),
  );
}

async function openGenerators(root: string): Promise<Readonly<Record<string, (rest: string) => string>>> {
  const metrics = await scrapeMetrics(root);
  const schema = buildSchema(readFileSync(path.join(root, 'schema/schema.graphql'), 'utf8'));
  return {
    errors: errorTable,
    times: timesTable,
    'callback-types': callbackTypeTable,
    settings: settingsTable,
    'simulate-flags': simulateTable,
    'log-messages': () => logMessageTable(root),
    metrics: (begins) => metricTable(metrics, new RegExp(`^(${begins})`)),
    enum: (name) => enumTable(schema, name),
    fields: (name) => fieldTable(schema, name),
    'sql-views': sqlViewTables,
  };
}

function errorTable(): string {
  const rows = Object.entries(errorCodes).map(([code, { meaning, whatToDo }]) => [`\`${code}\``, meaning, whatToDo]);
  return table(['code', 'meaning', 'what to do'], rows);
}

/** What a callback may take, from CSS to the disk. */
function timesTable(): string {
  const rows = [
    ['CSS', 'for the answer to a callback', cssAnswerMsMax],
    ['the service', 'for the headers of a request', headersTimeoutMs],
    ['the service', 'for a whole request', requestTimeoutMs],
    ['the service', 'until a callback is on the disk, before it answers 503', appendAnswerMsMax],
    ['the service', 'for EventStoreDB, before the spool takes a callback', serverAnswerMsMax],
    ['a connection', 'while the process that takes callbacks is started or replaced', connectionWaitMsMax],
  ] as const;
  return table(
    ['who waits', 'for what', 'seconds'],
    rows.map(([who, what, ms]) => [who, what, String(ms / 1_000)]),
  );
}

function sqlViewTables(): string {
  const sections = sqlViews.map(({ name, meaning, columns }) => {
    const rows = columns.map(({ name: column, meaning: ofColumn }) => [`\`${column}\``, ofColumn]);
    return `### \`${name}\`\n\n${meaning}\n\n${table(['column', 'meaning'], rows)}`;
  });
  return sections.join('\n');
}

/** What a setting is where its variable has no default. */
const defaultsElsewhere: Readonly<Record<string, string>> = {
  EVENT_STORE_PREFIX: `\`${defaultPrefix}\``,
  LOG_LEVEL: `\`${defaultLogLevel}\``,
};

function settingsTable(): string {
  const linked = (text: string) => text.replaceAll(/\bdocs\/([\w-]+\.md)/g, '[$1]($1)');
  const rows = Object.entries(variables).map(([name, { fallback, meaning }]) => [
    `\`${name}\``,
    fallback === '' ? (defaultsElsewhere[name] ?? 'none') : `\`${fallback}\``,
    linked(meaning),
  ]);
  return table(['variable', 'default', 'meaning'], rows);
}

function simulateTable(): string {
  const rows = Object.entries<Flag>(simulateFlags).map(([name, { fallback, meaning, variable }]) => [
    `\`--${name}\`${variable === undefined ? '' : `, \`${variable}\``}`,
    fallback === null || fallback === '' ? '' : `\`${fallback}\``,
    meaning,
  ]);
  return table(['flag', 'default', 'meaning'], rows);
}
