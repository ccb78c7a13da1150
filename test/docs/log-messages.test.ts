import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const levels = new Set(['debug', 'info', 'warn', 'error', 'fatal']);

/** What a file logs: the message of each call of a logger, in all its variants. */
function messagesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const messages: string[] = [];
  /** Texts that an expression may be: its beginning, where the rest is computed. */
  const textsOf = (expression: ts.Expression | undefined): string[] => {
    if (expression === undefined) return [];
    if (ts.isStringLiteralLike(expression)) return [expression.text];
    if (ts.isTemplateExpression(expression)) return [expression.head.text];
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
      const isLogger = /(?:^|\.)(?:logger|log)$/.test(expression.getText());
      if (isLogger && levels.has(name.text) && node.arguments.length === 2) {
        messages.push(...textsOf(node.arguments[1]));
      }
    }
    ts.forEachChild(node, collect);
  };
  visit(source);
  collect(source);
  return messages;
}

const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const logged = [...new Set(files.flatMap((file) => messagesIn(path.join(root, 'src', file))))].sort();

const page = readFileSync(path.join(root, 'docs/operations.md'), 'utf8');
const [, table = ''] = /^\| `msg` \| level \|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)/m.exec(page) ?? [];
/** `…` is what is computed, or left out. What comes after a message in its cell are fields. */
const documented = table
  .trim()
  .split('\n')
  .flatMap((row) => [...(row.split(' | ')[0] ?? '').replace(/, `kind`.*|\(.*/, '').matchAll(/`([^`]+)`/g)])
  .map(([, message = '']) => message);

const fits = (message: string, given: string) => {
  const parts = given.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(message);
};

test('docs/operations.md lists every message that the service logs', () => {
  expect(logged.length).toBeGreaterThan(40);
  expect(logged.filter((message) => !documented.some((given) => fits(message, given)))).toEqual([]);
});

test('and no others, apart from the warnings about settings', () => {
  const others = documented.filter((given) => !logged.some((message) => fits(message, given)));
  const warnings = ['serve/protections.ts', 'settings.ts', 'setting-parsers.ts']
    .map((file) => readFileSync(path.join(root, 'src/commands', file), 'utf8'))
    .join('');
  const longest = (text: string) => text.split('…').sort((one, other) => other.length - one.length)[0] ?? '';
  expect(others.filter((given) => !warnings.includes(longest(given).trim()))).toEqual([]);
});
