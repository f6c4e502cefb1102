import { describe, expect, it } from 'vitest';
import type { CircleCells } from '../door/circles';
import { byChange, byHalf, byMinutes, byReach, colouring, lost, newly, peopleIn } from './scales';

describe('classes of minutes', () => {
  it.each([[0, 0], [15, 0], [15.1, 1], [30, 1], [30.1, 2], [60, 3], [60.1, 4], [120, 5], [121, 6], [-1, 6]])('%s minutes is class %s', (m, k) => expect([...byMinutes([m]).of]).toEqual([k]));

  it('cover all times without a gap', () => {
    const { classes } = byMinutes([]);
    classes.slice(1).forEach((c, i) => expect(c.from).toBe(classes[i]!.until));
    expect([classes[0]!.from, classes.at(-1)!.until]).toEqual([0, Infinity]);
  });
});

describe('classes of differences', () => {
  it.each([
    [60, 30, 0], [60, 40, 0], [60, 40.1, 1], [60, 50, 1], [60, 51, 2], [60, 55, 2], [60, 56, 3], [60, 59, 3], [60, 59.1, 4], [60, 60, 4], [60, 60.9, 4],
    [60, 61, 5], [60, 64.9, 5], [60, 65, 6], [60, 70, 7], [60, 79, 7], [60, 80, 8], [-1, -1, 4], [-1, 50, newly], [50, -1, lost],
  ])('from %s to %s is class %s', (before, now, k) => expect([...byChange([before], [now]).of]).toEqual([k]));

  it('are as many as there are colours, all different', () => {
    const { classes } = byChange([], []);
    expect(new Set(classes.map((c) => c.token)).size).toBe(classes.length);
    expect(classes).toHaveLength(11);
  });
});

describe('classes of people', () => {
  it('put the most first, and every number into the class that holds it', () => {
    const values = [0, 1, 80_000, 1_000_000, 1_000_001, 4_700_000];
    const c = byReach(values);
    expect(c.classes[0]!.until).toBe(Infinity);
    values.forEach((v, i) => {
      const k = c.classes[c.of[i]!]!;
      expect(v === 0 || v > k.from, `${v} over ${k.from}`).toBe(true);
      expect(v <= k.until, `${v} up to ${k.until}`).toBe(true);
    });
  });

  it('stand when nobody is reached at all', () => expect([...byReach([0, 0]).of].every((k) => k >= 0)).toBe(true));
});

describe('the map', () => {
  const cells = {
    centres: ['east', 'west'], nearest: [10, 40], minutes: [[10, 70], [-1, 40]], half: [true, false], reach: [], points: [[0, 0], [1, 0]], people: [5, 7],
  } as unknown as CircleCells;

  it('is coloured by the layer that is asked for', () => {
    expect([...colouring('nearest', cells, undefined)!.of]).toEqual([0, 2]);
    expect([...colouring('west', cells, undefined)!.of]).toEqual([6, 2]);
    expect([...colouring('half', cells, undefined)!.of]).toEqual([0, 1]);
    expect([...colouring('change', cells, { ...cells, nearest: [25, 40] })!.of]).toEqual([1, 4]);
  });

  it('waits for figures that are not there', () => {
    expect(colouring('reach', cells, undefined)).toBeNull();
    expect(colouring('change', cells, undefined)).toBeNull();
    expect(colouring('change', cells, { ...cells, nearest: [1] })).toBeNull();
  });

  it('counts all people once in its key', () => {
    expect(peopleIn(byMinutes(cells.nearest), cells.people)).toEqual([5, 0, 7, 0, 0, 0, 0]);
    expect(peopleIn(byHalf(cells.half), cells.people)).toEqual([5, 7]);
  });
});
