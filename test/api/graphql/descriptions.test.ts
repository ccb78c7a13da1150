import { describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
} from 'graphql';
import { ledgerSchema } from '../../../src/api/schema.ts';

interface Described {
  readonly path: string;
  readonly description: string | null | undefined;
}

const schema = ledgerSchema();
const ours = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
);

/** A type with everything that can be asked of it or handed to it. */
function partsOf(type: GraphQLNamedType): Described[] {
  const parts: Described[] = [];
  // The root types are the language's; what they hold is ours.
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  if (!roots.some((root) => root === type)) parts.push({ path: type.name, description: type.description });
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push({ path: `${type.name}.${field.name}`, description: field.description });
      for (const { name, description } of field.args) {
        parts.push({ path: `${type.name}.${field.name}(${name}:)`, description });
      }
    }
  }
  if (isInputObjectType(type)) {
    for (const { name, description } of Object.values(type.getFields())) {
      parts.push({ path: `${type.name}.${name}`, description });
    }
  }
  if (isEnumType(type)) {
    for (const { name, description } of type.getValues()) parts.push({ path: `${type.name}.${name}`, description });
  }
  return parts;
}

describe('the schema describes itself', () => {
  const parts = ours.flatMap(partsOf);

  test('every type, field, argument, input field, enum and enum value has a description that ends as a sentence', () => {
    const bare = parts.filter(({ description }) => !/^\S.*[.!]$/s.test(description ?? ''));
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  test('the walk covers types, fields, arguments and enum values', () => {
    const paths = new Set(parts.map(({ path }) => path));
    const known = ['DateTime', 'StreamSession', 'StreamSession.callbacks(first:)', 'Query.callbacks(filter:)'];
    for (const path of [...known, 'IdFilter.in', 'EndSide.TAKEOVER', 'PageInfo.endCursor']) {
      expect(paths).toContain(path);
    }
  });

  test('no 64-bit number is an Int, and every id of CSS is an ID', () => {
    const typeOf = (typeName: string, fieldName: string) => {
      const type = schema.getType(typeName);
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      return field === undefined ? undefined : getNamedType(field.type).name;
    };
    expect(typeOf('StreamSession', 'sequence')).toBe('ID');
    expect(typeOf('StreamSession', 'appId')).toBe('ID');
    expect(typeOf('CallbackRecord', 'appId')).toBe('ID');
    expect(typeOf('CallbackRecord', 'position')).toBe('BigInt');
    expect(typeOf('Projection', 'position')).toBe('BigInt');
    expect(typeOf('StreamSession', 'pushDurationMs')).toBe('Float');
  });
});
