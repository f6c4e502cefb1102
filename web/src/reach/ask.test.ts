import { describe, expect, it } from 'vitest';
import type { StreetNetwork } from '../door/types';
import { askedOf, base, circleParams, moved, pointOf, pointText, stepped } from './ask';

const net = (id: string, state: StreetNetwork['state'] = 'ready', modes = ['car', 'walk']): StreetNetwork => ({
  id, name: { zh: id, en: id }, state, modelled: false, bounds: [], cells: null, service: null, modes: modes.map((m) => ({ id: m, nodes: 1, edges: 1, km: 1, leftOutParts: 0 })),
});
const from = (q: Record<string, string>) => (k: string) => q[k] ?? '';

describe('points', () => {
  it.each<[string, [number, number] | null]>([
    ['112.94,28.23', [112.94, 28.23]], [' 112.94 ，28.23 ', [112.94, 28.23]], ['-8.61 41.15', [-8.61, 41.15]], ['0,0', [0, 0]],
    ['181,0', null], ['28.23,112.94', null], ['112.94', null], ['', null], ['a,b', null], ['1,2,3', null],
  ])('%s', (text, point) => expect(pointOf(text)).toEqual(point));

  it('are written to a metre and read back', () => {
    expect(pointText([112.938812345, 28.2])).toBe('112.93881,28.2');
    expect(pointOf(pointText([-8.6, 41.15]))).toEqual([-8.6, 41.15]);
  });
});

describe('what is asked', () => {
  it('falls back to the first usable network and its first mode', () => {
    const a = askedOf(from({}), [net('broken', 'failed'), net('czt')]);
    expect([a.net?.id, a.mode, a.at, a.direction, a.minutes]).toEqual(['czt', 'car', null, 'outbound', '15,30,45,60']);
  });

  it('follows the address', () => {
    const a = askedOf(from({ net: 'porto', mode: 'walk', at: '1,2', to: '3,4', dir: 'inbound', min: '5,10,15,20' }), [net('czt'), net('porto')]);
    expect([a.net?.id, a.mode, a.at, a.to, a.direction]).toEqual(['porto', 'walk', [1, 2], [3, 4], 'inbound']);
    expect(circleParams(a)).toEqual({ mode: 'walk', lon: '1', lat: '2', minutes: '5,10,15,20', direction: 'inbound' });
    expect(base(a.net!.id)).toBe('/api/v1/networks/porto');
  });

  it('offers public transport where there is a service, with a time of its own', () => {
    const served: StreetNetwork = { ...net('czt'), service: { day: '2026-05-13', stops: 2, trips: 7, basis: { modelled: true, text: { zh: '', en: '' } } } };
    const q = { mode: 'transit', at: '1,2', dep: '07:30' };
    expect(circleParams(askedOf(from(q), [served]))).toMatchObject({ mode: 'transit', depart: '07:30' });
    expect(askedOf(from({ ...q, dep: '25:00' }), [served]).depart).toBe('08:00');
    expect(askedOf(from(q), [net('czt')]).mode).toBe('car');
    expect(circleParams(askedOf(from({ at: '1,2' }), [served]))).not.toHaveProperty('depart');
  });

  it('takes no mode or limits that are not offered', () => {
    const a = askedOf(from({ mode: 'boat', min: '7' }), [net('czt')]);
    expect([a.mode, a.minutes]).toEqual(['car', '15,30,45,60']);
    expect(askedOf(from({}), []).net).toBeUndefined();
  });
});

describe('arrow keys', () => {
  it('move by pixels of the map, up to the north', () => {
    expect(stepped([0, 0], 'ArrowRight', false, 0)![0]).toBeCloseTo((12 * 360) / 512);
    expect(stepped([0, 0], 'ArrowUp', true, 10)![1]).toBeCloseTo((64 * 360) / 512 / 1024);
    expect(stepped([0, 0], 'Enter', false, 10)).toBeNull();
    expect(moved([179.9, 0], 1000, 0, 3)[0]).toBe(180);
  });

  it('keep their way on the screen at high latitudes', () => expect(moved([0, 60], 0, 10, 8)[1] - 60).toBeCloseTo(((10 * 360) / 512 / 256) * 0.5));
});
