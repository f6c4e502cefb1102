// Light, dark, or as the system has it.
export type Look = 'auto' | 'light' | 'dark';
export const looks: Look[] = ['auto', 'light', 'dark'];

const memory = 'conurb.look';
const stored = typeof localStorage !== 'undefined' ? localStorage.getItem(memory) : null;

let chosen = $state<Look>(stored === 'light' || stored === 'dark' ? stored : 'auto');
const system = typeof matchMedia !== 'undefined' ? matchMedia('(prefers-color-scheme: dark)') : null;
let systemDark = $state(system?.matches ?? false);
system?.addEventListener('change', (e) => (systemDark = e.matches));

export const look = {
  get now(): Look {
    return chosen;
  },
  get dark(): boolean {
    return chosen === 'dark' || (chosen === 'auto' && systemDark);
  },
  set(to: Look): void {
    chosen = to;
    localStorage.setItem(memory, to);
    apply();
  },
};

export function apply(): void {
  if (chosen === 'auto') delete document.documentElement.dataset.look;
  else document.documentElement.dataset.look = chosen;
}
