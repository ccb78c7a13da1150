import { isJsonObject } from '../callbacks/json-object.ts';

/** The part of JSON Schema (draft 2020-12) that the schema of the rules is written in. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** Always false: a misspelt key would silently do nothing. */
  readonly additionalProperties?: false;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  /** Alternatives, distinguished by the constant of one property. */
  readonly oneOf?: readonly JsonSchema[];
}

/** The problems of a value, each with its path. Values are not quoted: they may be secrets. */
export function problemsOf(value: unknown, schema: JsonSchema, path = ''): string[] {
  const at = path === '' ? 'the file' : path;
  if (schema.oneOf !== undefined) return problemsOfOne(value, schema.oneOf, path);
  switch (schema.type) {
    case 'object':
      return isJsonObject(value) ? problemsOfObject(value, schema, path) : [`${at}: must be an object`];
    case 'array':
      return Array.isArray(value) ? problemsOfArray(value, schema, path) : [`${at}: must be a list`];
    case 'string':
      return isText(value, schema) ? [] : [`${at}: must be ${expectedText(schema)}`];
    case 'integer':
      return isWholeNumber(value, schema)
        ? []
        : [`${at}: must be a whole number from ${schema.minimum ?? ''} to ${schema.maximum ?? ''}`];
    default:
      return typeof value === 'boolean' ? [] : [`${at}: must be true or false`];
  }
}

function problemsOfOne(value: unknown, alternatives: readonly JsonSchema[], path: string): string[] {
  const [key, words] = distinguishing(alternatives);
  const word = isJsonObject(value) ? value[key] : undefined;
  const fitting = alternatives.find(({ properties }) => properties?.[key]?.const === word);
  if (fitting !== undefined) return problemsOf(value, fitting, path);
  return [`${path}: "${key}" must be one of ${words.join(', ')}`];
}

/** The property whose constants distinguish alternatives, and those constants. */
function distinguishing(alternatives: readonly JsonSchema[]): readonly [string, readonly string[]] {
  const [key = ''] = Object.entries(alternatives[0]?.properties ?? {}).find(([, { const: word }]) => word) ?? [];
  return [key, alternatives.map(({ properties }) => properties?.[key]?.const ?? '')];
}

function problemsOfObject(value: Readonly<Record<string, unknown>>, schema: JsonSchema, path: string): string[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const within = (key: string) => (path === '' ? key : `${path}.${key}`);
  const missing = required.filter((key) => value[key] === undefined).map((key) => `${within(key)}: is missing`);
  const found = Object.entries(value).flatMap(([key, member]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known !== undefined) return problemsOf(member, known, within(key));
    if (additionalProperties !== false) return [];
    // A longer name may be a value.
    const name = /^[a-z]{1,32}$/i.test(key) ? `"${key}" is` : 'a key is';
    return [`${path === '' ? 'the file' : path}: ${name} unknown; there are ${Object.keys(properties).join(', ')}`];
  });
  return [...missing, ...found];
}

function problemsOfArray(value: readonly unknown[], schema: JsonSchema, path: string): string[] {
  const { minItems = 0, maxItems = Infinity, items } = schema;
  if (value.length < minItems || value.length > maxItems) {
    return [`${path}: must have ${minItems} to ${maxItems} entries`];
  }
  return items === undefined ? [] : value.flatMap((item, index) => problemsOf(item, items, `${path}[${index}]`));
}

function isText(value: unknown, schema: JsonSchema): boolean {
  const { enum: words, const: word, pattern, minLength = 0, maxLength = Infinity } = schema;
  if (typeof value !== 'string' || value.length < minLength || value.length > maxLength) return false;
  if (word !== undefined) return value === word;
  return (words === undefined || words.includes(value)) && (pattern === undefined || new RegExp(pattern).test(value));
}

function expectedText({ enum: words, pattern, minLength = 0, maxLength }: JsonSchema): string {
  if (words !== undefined) return `one of ${words.join(', ')}`;
  if (pattern !== undefined) return `a text that matches ${pattern}`;
  return maxLength === undefined ? 'a text' : `a text of ${minLength} to ${maxLength} characters`;
}

function isWholeNumber(value: unknown, { minimum = -Infinity, maximum = Infinity }: JsonSchema): boolean {
  return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
}
