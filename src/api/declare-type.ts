import 'reflect-metadata';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { Extensions, Field, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import type { HiddenPart } from '../lists/list-fields.ts';
import { dayBeginsMs } from '../kernel/clock.ts';
import type { Sureness } from '../kernel/sureness.ts';

const dayMs = 86_400_000;

/** From this moment on, years do not have four digits. */
const yearTenThousandMs = 253_402_300_800_000;

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const fractions = Array.from({ length: 1_000 }, (_, value) => `.${String(value).padStart(3, '0')}Z`);

/** A day, and the text that its times begin with: neighbouring rows are often of the same day. */
let known = { startMs: NaN, text: '' };

/**
 * Milliseconds since 1970 as `Date.toISOString` writes them, in a quarter of its time: a page has hundreds of them.
 * @throws RangeError - not a time
 */
function toIsoTime(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms >= yearTenThousandMs) return new Date(ms).toISOString();
  const ofDayMs = ms % dayMs;
  const startMs = ms - ofDayMs;
  if (startMs !== known.startMs)
    known = { startMs, text: new Date(startMs).toISOString().slice(0, 'YYYY-MM-DDT'.length) };
  const seconds = Math.floor(ofDayMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  return `${known.text}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}${fractions[ofDayMs % 1_000] ?? ''}`;
}

function two(value: number): string {
  return twoDigits[value] ?? '';
}

/** `literal`: the value in the document, whose location the error has. @throws GraphQLError - BAD_USER_INPUT */
export function refuse(message: string, literal: ValueNode | null = null): never {
  throw new GraphQLError(message, { nodes: literal, extensions: { code: 'BAD_USER_INPUT' } });
}

function readDateTime(value: unknown, literal?: ValueNode): number {
  const text = typeof value === 'string' ? value : '';
  const ms = new Date(text).getTime();
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
  if (!shape.test(text) || Number.isNaN(ms)) {
    return refuse('DateTime must be ISO 8601 with a time zone, such as "2026-01-31T12:00:00.000Z"', literal);
  }
  if (Number.isNaN(dayBeginsMs(text.slice(0, 'YYYY-MM-DD'.length)))) {
    return refuse('DateTime names a day that does not exist, such as February 30', literal);
  }
  return ms;
}

/** In our code, milliseconds since 1970. */
export const DateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'A point in time as ISO 8601 in UTC with milliseconds, such as `2018-12-18T06:49:50.000Z`. Input may have any offset.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => toIsoTime(value as number),
  parseValue: (value) => readDateTime(value),
  parseLiteral: (node) => readDateTime(node.kind === Kind.STRING ? node.value : null, node),
});

/** Characters; the longest cursor that we issue has fewer than 200. */
const cursorLengthMax = 512;

function readCursor(value: unknown, literal?: ValueNode): string {
  if (typeof value === 'string' && value.length <= cursorLengthMax) return value;
  return refuse('Cursor must be a cursor from an earlier answer, unchanged', literal);
}

export const CursorScalar = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  description:
    'A position in a list (a page cursor) or in the log (a log cursor); each field and argument says which, and the other kind is refused. Opaque: take it from an answer, send it back unchanged, and do not parse it.',
  serialize: (value) => value as string,
  parseValue: (value) => readCursor(value),
  parseLiteral: (node) => readCursor(node.kind === Kind.STRING ? node.value : null, node),
});

export const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  description: 'A whole number of up to 64 bits, as a string of digits: JSON numbers lose digits beyond 2^53.',
  serialize: (value) => String(value),
});

/** A type whose value may be missing. */
export interface Nullable<Type> {
  readonly orNull: Type;
}

/** The type of a field that can be null. */
export function orNull<const Type>(type: Type): Nullable<Type> {
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

interface FieldOptions extends Pick<
  NonNullable<Parameters<typeof Field>[1]>,
  'name' | 'complexity' | 'deprecationReason'
> {
  /** What only some roles may read of its text, or of each of its texts; the object has them as sent. */
  readonly hidden?: HiddenPart | undefined;
  /** Its name until it was renamed: it stays for one minor version, deprecated. */
  readonly formerly?: string | undefined;
}

/** A field: its type, its meaning, and its other options. */
type FieldDeclaration = readonly [type: object, description: string, options?: FieldOptions];

/** The fields of an object type by the properties that they show. Times are in milliseconds: `atMs` is `at` in the schema. */
export type FieldDeclarations = Readonly<Record<string, FieldDeclaration>>;

/** What is deprecated now stays in the next minor version, and goes in the one after it. */
const goesIn = 'Removed in 0.3.';

/** Why something is deprecated; `instead`: what to use, as a sentence. */
export const deprecationOf = (instead: string) => `${instead} ${goesIn}`;

/** Why an old name is deprecated. */
export const renamedTo = (name: string) => deprecationOf(`Renamed: use \`${name}\`.`);

/** The fields as they were in another type, for one minor version more. */
export function deprecated<const Fields extends FieldDeclarations>(fields: Fields, instead: string): Fields {
  const deprecationReason = deprecationOf(instead);
  const marked = Object.entries(fields).map(([property, [type, meaning, options]]) => {
    return [property, [type, meaning, { ...options, deprecationReason }]];
  });
  return Object.fromEntries(marked) as Fields;
}

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

  for (const [property, [type, meaning, { hidden, formerly, ...more } = {}]] of Object.entries(fields)) {
    const nullable = 'orNull' in type;
    const shown = nullable ? type.orNull : type;
    const schemaName = shown === DateTimeScalar ? property.replace(/Ms$/, '') : property;
    const named = { name: schemaName, ...more };
    // Then graphql-js reads the property itself.
    const simple = named.name === property;
    const declare = Field(() => shown as object, { nullable, description: meaning, simple, ...named });
    declare(Declared.prototype, property);
    if (formerly !== undefined) {
      const before = { name: formerly, deprecationReason: renamedTo(schemaName) };
      Field(() => shown as object, { nullable, description: meaning, ...more, ...before })(
        Declared.prototype,
        property,
      );
    }
    if (hidden !== undefined) Extensions({ hidden })(Declared.prototype, property);
  }
  return Declared as ClassType<ObjectOf<Fields>>;
}

/**
 * Makes an enum from its values and their meanings. In our code, it is a union of their names. `formerly` has the old names of values
 * that clients send: in our code they are the new ones.
 */
export function enumType<Name extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Name, string>>,
  formerly: Readonly<Record<string, Name>> = {},
): Readonly<Record<Name, Name>> {
  const names = Object.keys(values) as Name[];
  const current = Object.fromEntries(names.map((one) => [one, one]));
  const registered = { ...current, ...formerly } as Record<Name, Name>;
  const valuesConfig = Object.fromEntries([
    ...names.map((one) => [one, { description: values[one] }]),
    ...Object.entries(formerly).map(([before, one]) => {
      return [before, { description: values[one], deprecationReason: renamedTo(one) }];
    }),
  ]) as Record<Name, { readonly description: string; readonly deprecationReason?: string }>;
  registerEnumType(registered, { name, description, valuesConfig });
  return registered;
}

export const SurenessEnum = enumType<Sureness>(
  'Sureness',
  'How sure a statement is that CSS did not make itself but Live Ledger concluded.',
  {
    CERTAIN: 'It follows from values that CSS gives for this purpose, such as a sequence or a task id.',
    LIKELY: 'Everything recorded fits it, and nothing recorded fits another reading better.',
    POSSIBLE: 'Something else fits as well: see `alternative`.',
  },
);

/** The fields of every type that states a conclusion. */
export const conclusionFields = {
  sureness: [SurenessEnum, 'How sure this is.'],
  because: [String, 'What it was concluded from, in one sentence.'],
  alternative: [orNull(String), 'What else may be true, in one sentence. Null if nothing else is known that fits.'],
} as const satisfies FieldDeclarations;

/** A conclusion on its own, beside the field that it is about. */
export const Conclusion = objectType(
  'Conclusion',
  'How sure something is that CSS did not say but Live Ledger concluded, from what, and what else may be true.',
  conclusionFields,
);
export type Conclusion = InstanceType<typeof Conclusion>;
