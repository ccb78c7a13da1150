import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lines on which the machine's clock is read through `Date`. The other ways to it are forbidden in `.oxlintrc.json`. */
function clockReads(text: string): number[] {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const lines: number[] = [];
  const visit = (node: ts.Node): void => {
    const isDate = (expression: ts.Expression) => ts.isIdentifier(expression) && expression.text === 'Date';
    const reads =
      (ts.isNewExpression(node) && isDate(node.expression) && (node.arguments?.length ?? 0) === 0) ||
      (ts.isCallExpression(node) && isDate(node.expression));
    if (reads) lines.push(source.getLineAndCharacterOfPosition(node.getStart()).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

it('the pure files of the subjects do not read the time from a new Date', () => {
  const files = ['callbacks', 'sessions', 'relay', 'quarantine', 'facts', 'analysis'].flatMap((subject) =>
    readdirSync(path.join(root, 'src', subject), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/-(projection|table|list|type|resolver|events)\.ts$/.test(file))
      .map((file) => path.join('src', subject, file))
      .filter((file) => !/\/(keeping|threads)\//.test(file)),
  );
  expect(files.length).toBeGreaterThan(20);
  const reads = files.flatMap((file) =>
    clockReads(readFileSync(path.join(root, file), 'utf8')).map((line) => `${file}:${line}`),
  );
  expect(reads).toEqual([]);
});

it('finds a Date of now, and lets one of a given time be', () => {
  expect(clockReads('const a = new Date();\nconst b = Date();\nconst c = new Date;\nconst d = new Date(0);')).toEqual([
    1, 2, 3,
  ]);
});
