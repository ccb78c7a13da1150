import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Words of a docblock that say nothing by themselves. */
const emptyWords = new Set(
  'a an and are as at be by for from has have in into is it its of on or that the this to was which with'.split(' '),
);

/** What a docblock says at least beyond the words of the name. */
const wordsMin = 2;

export interface UndocumentedExport {
  readonly file: string;
  readonly name: string;
  readonly reason: 'no docblock' | 'says no more than its name';
}

/**
 * The exports under these folders that a file of another folder imports, and that have no docblock, or one that only
 * repeats the name. An interface or class may instead have one on each of its members; what GraphQL's schema describes
 * and a union of the keys or values of a constant beside it need none.
 */
export function undocumentedExports(root: string, folders: readonly string[]): UndocumentedExport[] {
  const files = new Map(
    folders
      .flatMap((folder) =>
        readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
          path.posix.join(folder, file),
        ),
      )
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => [file, parse(root, file)]),
  );
  const crossing = new Set([...files].flatMap(([file, source]) => importsFromOtherFolders(file, source)));
  return [...files].flatMap(([file, source]) =>
    // Of a constant and a type of the same name, which are imported together, the first is enough.
    exportsOf(source)
      .filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index)
      .filter(({ name }) => crossing.has(`${file}#${name}`))
      .filter(({ declaration }) => !isDescribedElsewhere(declaration))
      .flatMap(({ name, declaration }) => {
        const reason = lackOf(name, declaration);
        return reason === null ? [] : [{ file, name, reason }];
      }),
  );
}

function parse(root: string, file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

function importsFromOtherFolders(file: string, source: ts.SourceFile): string[] {
  return source.statements.filter(ts.isImportDeclaration).flatMap(({ moduleSpecifier, importClause }) => {
    const { text } = moduleSpecifier as ts.StringLiteral;
    const bindings = importClause?.namedBindings;
    if (!text.startsWith('.') || bindings === undefined || !ts.isNamedImports(bindings)) return [];
    const target = path.posix.join(path.posix.dirname(file), text);
    if (path.posix.dirname(target) === path.posix.dirname(file)) return [];
    return bindings.elements.map(({ name, propertyName }) => `${target}#${(propertyName ?? name).text}`);
  });
}

interface Export {
  readonly name: string;
  readonly declaration: ts.Node;
}

function exportsOf(source: ts.SourceFile): Export[] {
  return source.statements.flatMap((statement): Export[] => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    if (!isExported) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => ({
        name: name.getText(),
        declaration: statement,
      }));
    }
    const { name } = statement as ts.DeclarationStatement;
    return name === undefined ? [] : [{ name: name.text, declaration: statement }];
  });
}

function isDescribedElsewhere(declaration: ts.Node): boolean {
  if (ts.isTypeAliasDeclaration(declaration))
    return /^(\(typeof \w+\)\[|keyof typeof \w+$)/.test(declaration.type.getText());
  if (ts.isClassDeclaration(declaration)) {
    const nodes: ts.Node[] = [declaration, ...declaration.members];
    const decorators = nodes.flatMap((node) => (ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : []));
    return decorators.some((decorator) => decorator.getText().includes('description:'));
  }
  const ofSchema = / = (objectType|enumType|statisticsOf)\b|description:/;
  return ts.isVariableStatement(declaration) && ofSchema.test(declaration.getText());
}

function lackOf(name: string, declaration: ts.Node): UndocumentedExport['reason'] | null {
  const text = docblockOf(declaration);
  if (text !== '') return saysMoreThan(name, text) ? null : 'says no more than its name';
  const members =
    ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration) ? [...declaration.members] : [];
  return members.length > 0 && members.every((member) => docblockOf(member) !== '') ? null : 'no docblock';
}

function docblockOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((docblock) => docblock.getText())
    .join(' ');
}

function saysMoreThan(name: string, text: string): boolean {
  const ofName = new Set(wordsOf(name));
  const words = wordsOf(text).filter((word) => !emptyWords.has(word) && !ofName.has(word));
  return new Set(words).size >= wordsMin;
}

function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/s$/, ''));
}
