import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderOf, paramOf, pressed, type Orders } from '../../console/src/order.ts';

const orders: Orders<'STARTED_AT' | 'ENDED_AT' | 'NAME'> = { STARTED_AT: 'DESC', ENDED_AT: 'DESC', NAME: 'ASC' };
const of = (param: string | null) => orderOf(param, orders, 'STARTED_AT');

describe('the order of a list in the address', () => {
  test('a name is ascending, with a minus descending; what is none is the usual order', () => {
    expect(of('ENDED_AT')).toEqual({ field: 'ENDED_AT', direction: 'ASC' });
    expect(of('-NAME')).toEqual({ field: 'NAME', direction: 'DESC' });
    const usual = { field: 'STARTED_AT', direction: 'DESC' };
    expect([null, '', 'BEGAN', '--NAME', '-'].map(of)).toEqual([usual, usual, usual, usual, usual]);
  });

  test('whatever is pressed, the address says the order, and nothing where it is the usual one', () => {
    const field = fc.constantFrom('STARTED_AT', 'ENDED_AT', 'NAME');
    fc.assert(
      fc.property(fc.array(field, { maxLength: 6 }), (presses) => {
        const order = presses.reduce((before, each) => pressed(before, each, orders), of(null));
        const param = paramOf(order, orders, 'STARTED_AT');
        expect(of(param)).toEqual(order);
        expect(param === null).toBe(order.field === 'STARTED_AT' && order.direction === 'DESC');
      }),
    );
  });

  test('a first press gives the direction of the column, a second one reverses it', () => {
    const once = pressed(of(null), 'NAME', orders);
    expect([once, pressed(once, 'NAME', orders)]).toEqual([
      { field: 'NAME', direction: 'ASC' },
      { field: 'NAME', direction: 'DESC' },
    ]);
  });
});
