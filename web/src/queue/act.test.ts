import { describe, expect, it } from 'vitest';
import { act, missing, wrong, type Need } from './act';

const need = (name: string, widget: Need['widget'], required = true): Need => ({ name, widget, label: name, required });
const needs = [need('reason', 'area'), need('grounds', 'area', false), need('days', 'number'), need('reached', 'yesno'), need('office', 'choice'), need('until', 'day', false)];

describe('an act', () => {
  it('has what is wrong with it at its fields', () => {
    const at = wrong(needs, [{ location: 'body.input.days', detail: '1 to 10', remedy: 'mend it' }, { location: 'body.reason', detail: 'too long' }, { location: 'body.input.other', detail: 'x' }, { location: 'body', detail: 'y' }]);
    expect(at).toEqual({ days: [{ at: 'days', detail: '1 to 10', remedy: 'mend it' }], reason: [{ at: 'reason', detail: 'too long' }] });
    expect(wrong(needs, undefined)).toEqual({});
  });

  it('has reason and grounds apart from what else it takes', () => {
    expect(act({ name: 'extend', needs }, { reason: ' because ', days: '5', reached: 'yes', office: 'o-1', until: '' }, '7')).toEqual({ move: 'extend', version: '7', reason: 'because', input: { days: 5, reached: true, office: 'o-1' } });
  });
  it('is short where nothing is needed', () => expect(act({ name: 'accept', needs: [] }, { other: 'x' })).toEqual({ move: 'accept' }));
  it('lets the node say what is no number', () => expect(act({ name: 'x', needs: [need('days', 'number')] }, { days: 'five' })).toEqual({ move: 'x', input: { days: 'five' } }));
  it('knows what is missing', () => expect(missing(needs, { reason: ' ', days: '1', reached: 'no' }).map((n) => n.name)).toEqual(['reason', 'office']));
});
