/** type-graphql registers enums as objects from names to values; in our code they are unions of their names. */
export function enumOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, Name>> {
  return Object.fromEntries(names.map((name) => [name, name])) as Record<Name, Name>;
}
