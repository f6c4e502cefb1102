// A course drawn: states in columns by how many moves lead to them from the start, the moves
// that go back below them. Sugiyama's first step (1981) is enough for a dozen states.

export interface Arrow { from: string; to: string; moves: string[] }
export interface Place { state: string; column: number; row: number }
export interface Drawing { places: Place[]; arrows: (Arrow & { back: boolean })[]; columns: number; rows: number }

/** Lays out states; ends stand in the last column, those that no move reaches in the first, below the start. */
export function layout(states: readonly string[], start: string, moves: readonly { name: string; from: readonly string[]; to: string }[], ends: readonly string[] = []): Drawing {
  const arrows = new Map<string, Arrow>();
  for (const m of moves) {
    for (const from of m.from) {
      const to = m.to || from;
      const key = `${from} ${to}`;
      const a = arrows.get(key) ?? { from, to, moves: [] };
      a.moves.push(m.name);
      arrows.set(key, a);
    }
  }
  const column = new Map<string, number>([[start, 0]]);
  for (const state of column.keys()) {
    for (const a of arrows.values()) if (a.from === state && !column.has(a.to)) column.set(a.to, column.get(state)! + 1);
  }
  const last = Math.max(0, ...[...column].filter(([s]) => !ends.includes(s)).map(([, c]) => c)) + 1;
  for (const s of ends) if (s !== start) column.set(s, last);
  const filled: number[] = [];
  const places = [...column.keys(), ...states.filter((s) => !column.has(s))].map((state) => {
    const c = column.get(state) ?? 0;
    const row = filled[c] ?? 0;
    filled[c] = row + 1;
    return { state, column: c, row };
  });
  const at = new Map(places.map((p) => [p.state, p.column]));
  return {
    places,
    arrows: [...arrows.values()].map((a) => ({ ...a, back: (at.get(a.to) ?? 0) <= (at.get(a.from) ?? 0) })),
    columns: filled.length,
    rows: Math.max(0, ...filled.map((n) => n ?? 0)),
  };
}
