import { describe, expect, it } from 'vitest';
import { clock } from './clock';

describe('the clock of another node', () => {
  for (const [ahead, key, seconds, bad] of [[0, 'same', 0, false], [0.4, 'same', 0, false], [-0.4, 'same', 0, false], [2.2, 'ahead', 2, false], [-61, 'behind', 61, true], [60, 'ahead', 60, true]] as const) {
    it(`${ahead} s`, () => expect(clock(ahead)).toEqual({ key: `web.nodes.clock.${key}`, seconds, bad }));
  }
});
