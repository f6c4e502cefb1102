// An item while it is edited: what stands in its fields, what was published, and what the node
// says of it as one types.
import { send, problemOf } from '../door/api.svelte';
import type { Problem } from '../door/types';
import { language } from '../words/words.svelte';
import { at, put, within, type Json } from './pointer';
import type { Checked, ItemFault } from './types';

export class Draft {
  item = $state.raw<Json>({});
  faults = $state.raw<ItemFault[]>([]);
  problem = $state.raw<Problem>();
  checking = $state(false);
  private before = $state.raw<Json>({});
  private past: Json[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private readonly address: string;
  steps = $state(0);

  constructor(item: Json, address: string) {
    this.item = item;
    this.before = item;
    this.address = address;
  }

  get changed(): boolean {
    return JSON.stringify(this.item) !== JSON.stringify(this.before);
  }

  at(pointer: string): Json | undefined {
    return at(this.item, pointer);
  }

  put(pointer: string, value: Json | undefined): void {
    this.past.push(this.item);
    this.steps = this.past.length;
    this.item = put(this.item, pointer, value);
    this.soon();
  }

  /** Puts a row of a list before the one above it. */
  up(list: string, index: number): void {
    const rows = this.at(list);
    if (!Array.isArray(rows) || index < 1) return;
    const moved = [...rows];
    moved.splice(index - 1, 0, ...moved.splice(index, 1));
    this.put(list, moved);
  }

  /** Takes back the last change. */
  undo(): void {
    const last = this.past.pop();
    if (last === undefined) return;
    this.steps = this.past.length;
    this.item = last;
    this.soon();
  }

  /** The faults at exactly a field, or with deep within it. */
  of(pointer: string, deep = false): ItemFault[] {
    return this.faults.filter((f) => (deep ? within(f.at, pointer) : f.at === pointer));
  }

  get grave(): ItemFault[] {
    return this.faults.filter((f) => !f.mild);
  }

  soon(): void {
    clearTimeout(this.timer);
    this.checking = true;
    this.timer = setTimeout(() => void this.check(), 450);
  }

  async check(): Promise<void> {
    const turn = ++this.asked;
    this.checking = true;
    try {
      const got = await send<Checked>('POST', `${this.address}/check?lang=${language.now}`, { item: this.item });
      if (turn !== this.asked) return;
      this.faults = got.faults ?? [];
      this.problem = undefined;
    } catch (error) {
      if (turn !== this.asked) return;
      this.problem = problemOf(error);
    }
    this.checking = false;
  }
}
