// A form while somebody fills it in: what was answered, what the node says of it, and that it is
// kept by itself, so that one may leave at any moment.
import { problemOf } from '../door/api.svelte';
import type { Problem } from '../door/types';
import { at, put, within, type Json } from '../catalogue/pointer';
import { asked, type Form, type Question } from '../case/form';
import { faultsOf } from './faults';

export interface FieldFault { at: string; detail: string; remedy?: string }
export interface Saved { answers: Json; faults: FieldFault[] }

/** Only what is asked goes to the node: an answer that a later one made idle stays with whoever typed it. */
export function pruned(form: Form, answers: Json): Json {
  let out: Json = {};
  for (const s of form.layout ?? []) {
    for (const q of asked(s, answers)) {
      const value = tidy(q, at(answers, q.at));
      if (value !== undefined) out = put(out, q.at, value);
    }
  }
  return out;
}

function tidy(q: Question, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (!Array.isArray(value)) return value;
  const rows = value.map((row) => {
    let out: Json = {};
    for (const f of asked({ fields: q.fields ?? [] }, row)) {
      const v = tidy(f, at(row, f.at));
      if (v !== undefined) out = put(out, f.at, v);
    }
    return out;
  });
  return rows.length ? rows : undefined;
}

/** Answers without those that are at fault: a whole question each, since rows of a list hang together. */
export function without(form: Form, answers: Json, faults: readonly FieldFault[]): Json {
  const bad = (q: Question) => faults.some((f) => within(f.at, q.at));
  const left = (form.layout ?? []).flatMap((s) => s.fields ?? []).filter(bad);
  return left.reduce((a, q) => put(a, q.at, undefined), answers);
}

const rest = 900; // milliseconds without a change before it is kept
const most = 200; // changes that can be taken back

export class Filling {
  answers = $state.raw<Json>({});
  faults = $state.raw<FieldFault[]>([]);
  saved = $state.raw<Date>();
  saving = $state(false);
  problem = $state.raw<Problem>();
  strict = $state(false); // it was sent: what is wrong is told while one types too
  steps = $state(0);
  readonly form: Form;
  private past: Json[] = [];
  private last = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private kept: string;
  private readonly keep: (answers: Json) => Promise<Saved>;
  private running: Promise<void> | undefined;

  constructor(form: Form, answers: Json, keep: (answers: Json) => Promise<Saved>) {
    this.form = form;
    this.answers = answers;
    this.keep = keep;
    this.kept = JSON.stringify(pruned(form, answers));
  }

  get changed(): boolean {
    return JSON.stringify(pruned(this.form, this.answers)) !== this.kept;
  }

  at(pointer: string): Json | undefined {
    return at(this.answers, pointer);
  }

  /** Answers a question. Letters typed into one field are taken back together. */
  put(pointer: string, value: Json | undefined, whole = false): void {
    if (whole || pointer !== this.last) {
      this.past.push(this.answers);
      if (this.past.length > most) this.past.shift();
      this.steps = this.past.length;
    }
    this.last = whole ? '' : pointer;
    this.answers = put(this.answers, pointer, value);
    this.faults = this.faults.filter((f) => !within(f.at, pointer));
    this.soon();
  }

  undo(): void {
    const before = this.past.pop();
    if (before === undefined) return;
    this.steps = this.past.length;
    this.last = '';
    this.answers = before;
    this.faults = [];
    this.soon();
  }

  /** The faults of a field, with deep of what is in it too. */
  of(pointer: string, deep = false): FieldFault[] {
    return this.faults.filter((f) => (deep ? within(f.at, pointer) : f.at === pointer));
  }

  /** Takes over what the node has: a licence filled something in. */
  take(answers: Json): void {
    this.past.push(this.answers);
    this.steps = this.past.length;
    this.answers = answers;
    this.kept = JSON.stringify(pruned(this.form, answers));
  }

  /** Keeps what can be kept: an answer that is not of its form stays on the page, and what is wrong beside it. */
  private async most(now: Json): Promise<Saved> {
    try {
      return await this.keep(now);
    } catch (error) {
      const faults = faultsOf(problemOf(error)).filter((f) => f.at);
      const less = without(this.form, now, faults);
      if (!faults.length || JSON.stringify(less) === JSON.stringify(now)) throw error;
      await this.keep(less);
      return { answers: less, faults };
    }
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), rest);
  }

  /** Keeps what is not kept yet; false where the node could not. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    const now = pruned(this.form, this.answers);
    const text = JSON.stringify(now);
    if (text === this.kept) return !this.problem;
    this.saving = true;
    this.running = this.most(now).then(
      (got) => {
        this.kept = text;
        this.saved = new Date();
        this.problem = undefined;
        if (JSON.stringify(pruned(this.form, this.answers)) === text) this.faults = got.faults;
      },
      (error: unknown) => {
        this.problem = problemOf(error);
      },
    ).finally(() => {
      this.saving = false;
      this.running = undefined;
    });
    await this.running;
    return !this.problem;
  }
}
