// The two days of every question: the day it is about, and the day on which it
// could be known. They live in the address, so that a link shows what one saw.
import { pack } from '../frame/pack.svelte';
import { isDay, type Day } from '../words/day';
import { route, setQuery } from '../route/route.svelte';

const memory = 'conurb.days.locked';

let locked = $state(typeof localStorage !== 'undefined' && localStorage.getItem(memory) === 'yes');

function read(key: 'asOf' | 'believedOn'): Day {
  const text = route.query.get(key);
  return isDay(text) ? text : pack.today;
}

export const days = {
  get asOf(): Day {
    return read('asOf');
  },
  get believedOn(): Day {
    return read('believedOn');
  },
  get atLog(): string {
    const text = route.query.get('atLog') ?? '';
    return /^[1-9]\d*$/.test(text) ? text : '';
  },
  /** Whether both days move as one. */
  get locked(): boolean {
    return locked;
  },
  set locked(on: boolean) {
    locked = on;
    localStorage.setItem(memory, on ? 'yes' : 'no');
    if (on) setQuery({ believedOn: written(days.asOf) });
  },
  set(which: 'asOf' | 'believedOn', day: Day, how: { slide?: boolean } = {}): void {
    if (!isDay(day)) return;
    const text = written(day);
    setQuery(locked ? { asOf: text, believedOn: text } : { [which]: text }, how);
  },
  today(): void {
    setQuery({ asOf: '', believedOn: '' });
  },
  get isToday(): boolean {
    return days.asOf === pack.today && days.believedOn === pack.today;
  },
  /** What the API is asked with. */
  get params(): { asOf: string; believedOn: string; atLog: string } {
    return { asOf: route.query.get('asOf') ?? '', believedOn: route.query.get('believedOn') ?? '', atLog: days.atLog };
  },
};

const written = (day: Day) => (day === pack.today ? '' : day);
