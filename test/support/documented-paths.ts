import type { AccessPath } from '../../src/lists/sql/list-definition.ts';
import { lists } from './listed-paths.ts';

/** The table of served filters in docs/api.md. */
export function documentedPaths(): string[] {
  return lists.flatMap(({ name, paths, askedAs = {} }) =>
    // An index of texts as sent serves no equality of addresses.
    paths
      .filter(
        ({ equal: [field = ''], candidatesFor }) =>
          candidatesFor === undefined && !Object.values(askedAs).includes(field),
      )
      .map(
        (path) =>
          `| \`${name}\` | ${askedIn(path, askedAs)} | ${path.order ?? 'any: what is found is sorted'} | ${indexIn(path)} |`,
      ),
  );
}

/** Fields that clients cannot ask for by name: they select the callbacks inside a session or a task, or the sessions inside an incident. */
const inside: Readonly<Record<string, string>> = {
  sessionId: 'inside a session',
  taskRow: 'inside a task',
  incident: 'inside an incident',
  missingIn: 'inside an incident, not back',
};

function askedIn({ equal, when }: AccessPath, askedAs: Readonly<Record<string, string>>): string {
  const fields = equal.map((field) => inside[field] ?? `\`${askedAs[field] ?? field}\``);
  if (when === undefined) return fields.length === 0 ? 'all' : fields.join(', ');
  const { condition, includesKnown: known } = when;
  if (condition.operator === 'ne') return `\`${condition.field}\`: any but ${condition.value}`;
  const asked = 'value' in condition ? `\`${condition.field}\`: ${condition.value}` : `\`${condition.field}\`: none`;
  return [...fields, known === undefined ? asked : `${asked}, or \`${known}\` known`].join(', ');
}

function indexIn({ index, equal }: AccessPath): string {
  if (index !== null) return `\`${index}\``;
  return equal.length === 0 ? 'the table itself' : 'the table of source URLs';
}
