import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { remedies } from './log-remedies.ts';
import { table } from './table.ts';

/** The levels as a log line has them. */
const levels: Readonly<Record<string, number>> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

/** Every message that the code of the service logs, with its level. */
export function loggedMessages(root: string): ReadonlyMap<string, number> {
  const folder = path.join(root, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(files.flatMap((file) => messagesIn(path.join(folder, file))));
}

/** What a file logs: level and message of each call of a logger, in all its variants. */
function messagesIn(file: string): [message: string, level: number][] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const found: [string, number][] = [];
  /** Texts that an expression may be; `…` is what is computed. */
  const textsOf = (expression: ts.Expression | undefined): string[] => {
    if (expression === undefined) return [];
    if (ts.isStringLiteralLike(expression)) return [expression.text];
    if (ts.isTemplateExpression(expression)) return [`${expression.head.text}…`];
    if (ts.isConditionalExpression(expression)) return [expression.whenTrue, expression.whenFalse].flatMap(textsOf);
    if (ts.isIdentifier(expression)) return textsOf(constants.get(expression.text));
    // A table of messages.
    if (ts.isElementAccessExpression(expression)) return textsOf(expression.expression);
    if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression)) return textsOf(expression.expression);
    if (ts.isObjectLiteralExpression(expression)) {
      return expression.properties.flatMap((each) => (ts.isPropertyAssignment(each) ? textsOf(each.initializer) : []));
    }
    return [];
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      constants.set(node.name.text, node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  const collect = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      const level = levels[name.text];
      const isLogger = /(?:^|\.)(?:logger|log)$/.test(expression.getText());
      if (isLogger && level !== undefined && node.arguments.length === 2) {
        found.push(...textsOf(node.arguments[1]).map((message): [string, number] => [message, level]));
      }
    }
    ts.forEachChild(node, collect);
  };
  visit(source);
  collect(source);
  return found;
}

/** The messages by their text, each with what to do. @throws if one has no remedy, or a remedy has no message */
export function logMessageTable(root: string): string {
  const logged = loggedMessages(root);
  const known = new Set(remedies.flatMap(({ messages }) => messages));
  const without = [...logged.keys()].filter((message) => !known.has(message));
  const stale = [...known].filter((message) => !logged.has(message));
  if (without.length + stale.length > 0) {
    throw new Error(
      `build/reference/log-remedies.ts lacks ${JSON.stringify(without)}, and nothing logs ${JSON.stringify(stale)}`,
    );
  }
  const rows = remedies.flatMap(({ messages, detail, whatToDo }) =>
    messages.map((message) => [
      `\`${message}\`${detail === undefined ? '' : `, ${detail}`}`,
      String(logged.get(message)),
      whatToDo,
    ]),
  );
  const byText = (one: string[], other: string[]) =>
    (one[0] ?? '').toLowerCase() < (other[0] ?? '').toLowerCase() ? -1 : 1;
  return table(['`msg`', 'level', 'what to do'], rows.sort(byText));
}
