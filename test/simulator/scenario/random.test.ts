import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomOf } from '../../../simulator/scenario/random.ts';

test('the same labels draw the same, for ever', () => {
  const random = randomOf('seed', 7);
  const drawn = [random.fraction(), random.integer(1, 1_000), random.digits(12), random.shuffled([1, 2, 3, 4, 5])];
  expect(drawn).toEqual([0.20902099646627903, 299, '131167815222', [3, 5, 4, 2, 1]]);
});

test('other labels draw something else, whichever of them differs', () => {
  const draw = (...labels: (string | number)[]) => randomOf(...labels).digits(30);
  const drawn = [draw('a'), draw('b'), draw('a', 1), draw('a', 2), draw('a', '1'), draw('a1')];
  expect(new Set(drawn).size).toBe(drawn.length);
});

test('fractions spread evenly, and their bits do not follow each other', () => {
  const random = randomOf('spread');
  const tenths = new Array<number>(10).fill(0);
  let rises = 0;
  let before = 0;
  for (let draw = 0; draw < 10_000; draw += 1) {
    const fraction = random.fraction();
    const tenth = Math.floor(fraction * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    if (fraction > before) rises += 1;
    before = fraction;
  }
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  expect(Math.abs(rises - 5_000)).toBeLessThan(250);
});

test('whole numbers keep to their bounds, and reach both', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: -50, max: 50 }), fc.nat(5), (seed, min, more) => {
      const random = randomOf(seed);
      const drawn = Array.from({ length: 200 }, () => random.integer(min, min + more));
      expect(Math.min(...drawn)).toBe(min);
      expect(Math.max(...drawn)).toBe(min + more);
    }),
  );
});

test('shuffling loses and adds nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.integer()), (seed, list) => {
      const ascending = (one: number, other: number) => one - other;
      expect(randomOf(seed).shuffled(list).sort(ascending)).toEqual([...list].sort(ascending));
    }),
  );
});
