import { IsOptional, ValidateNested } from 'class-validator';
import { Field } from 'type-graphql';

/** A part of a filter that may be left out; its own bounds are held too. */
export function By(type: () => object, description: string): PropertyDecorator {
  const decorate = [Field(type, { nullable: true, description }), IsOptional(), ValidateNested()];
  return (target, property) => {
    for (const one of decorate) one(target, String(property));
  };
}

/** Descriptions of what puts filters together, the same for every list. */
export const together = {
  and: 'All of these hold; an empty list says nothing.',
  or: 'One of these holds, or several; an empty list matches nothing.',
  not: 'This does not hold. The complement: what has no value for a comparison in here is matched.',
} as const;
