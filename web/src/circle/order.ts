// Rows in the order of a column; what has no figure comes last either way.
export function ordered<T>(rows: T[], by: (row: T) => number | string | null, down: boolean): T[] {
  return [...rows].sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0);
    const d = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'zh');
    return down ? -d : d;
  });
}
