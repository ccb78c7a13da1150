import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const wrong = (what: string): never => {
  throw new GraphQLError(what, { extensions: { code: 'BAD_USER_INPUT' } });
};

function readDateTime(value: unknown): Date {
  const text = typeof value === 'string' ? value : '';
  const date = new Date(text);
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
  if (!shape.test(text) || Number.isNaN(date.getTime())) {
    return wrong('DateTime must be ISO 8601 with a time zone, such as "2026-01-31T12:00:00.000Z"');
  }
  return date;
}

export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description:
    'A moment as ISO 8601 in UTC with milliseconds, such as `2018-12-18T06:49:50.000Z`. As input any offset is taken.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => (value as Date).toISOString(),
  parseValue: readDateTime,
  parseLiteral: (node) => readDateTime(node.kind === Kind.STRING ? node.value : null),
});

/** Characters; the longest cursor of ours has fewer than 200. */
const cursorLengthMax = 512;

function readCursor(value: unknown): string {
  if (typeof value !== 'string' || value.length > cursorLengthMax) return wrong('Cursor must be one that a list gave');
  return value;
}

export const CursorScalar = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  description:
    'A place in a list or in the log. Opaque: take it from an answer, hand it back unchanged, and read nothing into it.',
  serialize: (value) => value as string,
  parseValue: readCursor,
  parseLiteral: (node) => readCursor(node.kind === Kind.STRING ? node.value : null),
});

export const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  description: 'A whole number of up to 64 bits, as a string of its digits: JSON numbers lose digits beyond 2^53.',
  serialize: (value) => String(value),
});
