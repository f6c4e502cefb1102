import { describe, expect, it } from 'vitest';
import { looks, said, standing, type Timed } from './due';

const case_ = (c: Timed) => c;

describe('a case and its last day', () => {
  it.each<[string, Timed, string, string, number]>([
    ['far off', { due: '2026-12-10', left: 9 }, 'fine', 'web.queue.due.fine', 9],
    ['one day', { due: '2026-11-27', left: 1, risk: true }, 'risk', 'web.queue.due.risk.one', 1],
    ['its last day', { due: '2026-11-26', left: 0, risk: true }, 'today', 'web.queue.due.today', 0],
    ['past it', { due: '2026-11-24', left: -2, late: true }, 'late', 'web.queue.due.late', 2],
    ['past it by one', { due: '2026-11-25', left: -1, late: true }, 'late', 'web.queue.due.late.one', 1],
    ['paused, though the day has gone', { due: '2026-11-20', left: 3, late: true, paused: '2026-11-18' }, 'paused', 'web.queue.due.paused', 3],
    ['paused without a limit', { paused: '2026-11-18' }, 'paused', 'web.queue.due.paused.bare', 0],
    ['without a limit', {}, 'none', 'web.queue.due.none', 0],
    ['ended late', { due: '2026-11-20', left: -3, late: true, ended: true }, 'ended', 'web.queue.due.ended', 3],
  ])('%s', (_, c, want, key, n) => {
    expect(standing(case_(c))).toBe(want);
    expect(said(c)).toEqual({ key, n });
  });

  it('differs in more than its colour', () => {
    for (const [a, b] of [['late', 'fine'], ['risk', 'fine'], ['paused', 'late'], ['none', 'ended']] as const) expect(looks[a].icon).not.toBe(looks[b].icon);
  });
});
