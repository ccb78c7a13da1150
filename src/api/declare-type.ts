import 'reflect-metadata';
import type { GraphQLScalarType } from 'graphql';
import { Field, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import { DateTimeScalar } from './scalars-type.ts';

/** A type whose value may be missing. */
export interface Nullable<Type> {
  readonly orNull: Type;
}

/** The type of a field that can be null. */
export function orNull<Type>(type: Type): Nullable<Type> {
  return { orNull: type };
}

/** The value that our objects have for a type of the schema: a class, a scalar, an enum, or a list of one of these. */
type ValueOf<Type> =
  Type extends Nullable<infer Inner>
    ? ValueOf<Inner> | null
    : Type extends readonly [infer Entry]
      ? readonly ValueOf<Entry>[]
      : Type extends StringConstructor
        ? string
        : Type extends BooleanConstructor
          ? boolean
          : Type extends GraphQLScalarType<infer Value, unknown>
            ? Value
            : Type extends ClassType<infer Shown>
              ? Shown
              : Type extends Readonly<Record<string, infer Name>>
                ? Name
                : never;

type FieldOptions = Pick<NonNullable<Parameters<typeof Field>[1]>, 'name' | 'complexity'>;

/** A field: its type, its meaning, and its other options. */
type FieldDeclaration = readonly [type: object, description: string, options?: FieldOptions];

/** The fields of an object type by the properties that they show. Times are in milliseconds: `atMs` is `at` in the schema. */
export type FieldDeclarations = Readonly<Record<string, FieldDeclaration>>;

type ObjectOf<Fields extends FieldDeclarations> = {
  -readonly [Property in keyof Fields]: ValueOf<Fields[Property][0]>;
};

/** Makes an object type from its fields. Its class is never constructed: resolvers return objects that only have its properties. */
export function objectType<const Fields extends FieldDeclarations>(
  name: string,
  description: string,
  fields: Fields,
  options: Pick<NonNullable<Parameters<typeof ObjectType>[1]>, 'implements'> = {},
): ClassType<ObjectOf<Fields>> {
  @ObjectType(name, { description, ...options })
  class Declared {}

  for (const [property, [type, meaning, more]] of Object.entries(fields)) {
    const nullable = 'orNull' in type;
    const shown = nullable ? type.orNull : type;
    const schemaName = shown === DateTimeScalar ? property.replace(/Ms$/, '') : property;
    const named = { name: schemaName, ...more };
    // Then graphql-js reads the property itself.
    const simple = named.name === property;
    const declare = Field(() => shown as object, { nullable, description: meaning, simple, ...named });
    declare(Declared.prototype, property);
  }
  return Declared as ClassType<ObjectOf<Fields>>;
}

/** Makes an enum from its values and their meanings. In our code, it is a union of their names. */
export function enumType<Name extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Name, string>>,
): Readonly<Record<Name, Name>> {
  const names = Object.keys(values) as Name[];
  const registered = Object.fromEntries(names.map((one) => [one, one])) as Record<Name, Name>;
  const valuesConfig = Object.fromEntries(names.map((one) => [one, { description: values[one] }])) as Record<
    Name,
    { readonly description: string }
  >;
  registerEnumType(registered, { name, description, valuesConfig });
  return registered;
}
