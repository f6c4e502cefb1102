import { describe, expect, it } from 'vitest';
import { grouped, holds, startOf, versions, type Proposal, type TrustList } from './types';

const row = (id: string, version: number) => ({ id, version, city: 'a', authority: 'x', name: 'x', type: 't', from: '2026-01-01T00:00:00Z', thumbprint: 'k', reason: 'r' });
const list = { at: '2026-11-26T00:00:00Z', version: 3, published: '2026-11-25T00:00:00Z', digest: 'd', rows: [row('1', 1), row('2', 1), row('3', 3)], equivalents: [], revoked: [], elsewhere: [], findings: [] } satisfies TrustList;

describe('the trust list', () => {
  it('is told by version, the newest first, those that only ended something among them', () => {
    const ended = { id: 'p', steps: [{ action: 'published', version: 2, at: '2026-11-01T00:00:00Z', party: 'office', words: '' }] } as unknown as Proposal;
    const v = versions(list, [ended]);
    expect(v.map((x) => [x.version, x.added.length, x.changes.length, x.at])).toEqual([
      [3, 1, 0, '2026-11-25T00:00:00Z'], [2, 0, 1, '2026-11-01T00:00:00Z'], [1, 2, 0, undefined],
    ]);
  });
  it('has no versions before the first', () => expect(versions({ ...list, version: 0, rows: [] }, [])).toEqual([]));
  it('keeps the order of its groups', () => expect(grouped(['b1', 'a1', 'b2'], (x) => x[0]!)).toEqual([['b', ['b1', 'b2']], ['a', ['a1']]]));
  it('holds from its start until before its end', () => {
    const x = { from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' };
    expect([holds(x, '2025-12-31T23:59:59Z'), holds(x, x.from), holds(x, '2026-01-31T23:59:59Z'), holds(x, x.until)]).toEqual([false, true, true, false]);
    expect(holds({ from: x.from }, '2099-01-01T00:00:00Z')).toBe(true);
  });
  it('starts at once where no day was chosen', () => {
    expect(startOf('', new Date('2026-11-26T08:00:00.123Z'))).toBe('2026-11-26T08:00:00Z');
    expect(new Date(startOf('2026-12-01')).getHours()).toBe(0);
  });
});
