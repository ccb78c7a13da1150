import { expect, test } from '@jest/globals';
import { buildSchema, findBreakingChanges, isInputObjectType, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** Coordinates of what a client of the earlier schema may use, and can't of the later one as before: `Type`, `Type.field`. */
function brokenCoordinates(earlier: GraphQLSchema, later: GraphQLSchema): string[] {
  const broken = findBreakingChanges(earlier, later).map(({ description }) => coordinateIn(description));
  const requireOne = Object.values(later.getTypeMap()).filter((type) => {
    const before = earlier.getType(type.name);
    return isInputObjectType(type) && type.isOneOf && isInputObjectType(before) && !before.isOneOf;
  });
  return [...new Set([...broken, ...requireOne.map(({ name }) => name)])].sort();
}

/** graphql-js has the coordinate in a sentence only. */
function coordinateIn(description: string): string {
  const [, kind] = / (?:from|on|to) (?:\w+ )?type (\w+)/.exec(description) ?? [];
  return /\w+\.\w+/.exec(description)?.[0] ?? kind ?? /^\S+/.exec(description)?.[0] ?? description;
}

/** What the section of breaking changes of the next release has between backquotes. */
function namedAsBreaking(changelog: string): Set<string> {
  const unreleased = changelog.split(/^## /m).find((part) => part.startsWith('Unreleased')) ?? '';
  const breaking = unreleased.split(/^### /m).find((part) => part.startsWith('Breaking changes')) ?? '';
  return new Set([...breaking.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

test('the changelog names each breaking change of the schema since the last release', () => {
  const released = buildSchema(read('schema/released.graphql'));
  const broken = brokenCoordinates(released, buildSchema(read('schema/schema.graphql')));
  const named = namedAsBreaking(read('CHANGELOG.md'));
  expect(broken.filter((coordinate) => !named.has(coordinate))).toEqual([]);
});

test('each kind of breaking change is found by its coordinate, and an addition is none', () => {
  const earlier = buildSchema(`
    type Query { kept(a: Int, gone: Int, narrower: Int): Int removed: Int nullable: Int! chosen(by: By, in: In): Named }
    input By { id: ID other: ID }
    input In { field: Int }
    interface Named { name: String }
    type One implements Named { name: String }
    type Other { name: String }
    union Either = One | Other
    enum Colour { RED GREEN }
    type Dropped { name: String }
  `);
  const later = buildSchema(`
    type Query { kept(a: Int, narrower: Int!, new: Int): Int nullable: Int added: Int chosen(by: By, in: In): Named }
    input By @oneOf { id: ID other: ID }
    input In { field: Int required: Int! }
    interface Named { name: String }
    type One { name: String }
    type Other { name: String }
    union Either = Other
    enum Colour { RED }
  `);
  expect(brokenCoordinates(earlier, later)).toEqual(
    ['By', 'Colour', 'Dropped', 'Either', 'In', 'One', 'Query.kept', 'Query.nullable', 'Query.removed'].sort(),
  );
});

test('only what is in the section of breaking changes counts as named', () => {
  const changelog = '## Unreleased\n### Breaking changes\n- `Query.a`\n### Reading\n- `Query.b`\n## 1.0.0\n`Query.c`\n';
  expect([...namedAsBreaking(changelog)]).toEqual(['Query.a']);
});
