// A picture of the map to take along: title above, key below, and what is modelled stamped on it.

export interface Caption {
  title: string;
  under: string;
  stamp: string;
  foot: string;
  key: { colour: string; text: string }[];
  ink: string;
  paper: string;
  font: string;
}

const pad = 18;
const line = 22;

/** How wide each entry of the key may be and how many rows they take. */
export function grid(width: number, entries: number, widest: number): { columns: number; rows: number; each: number } {
  const columns = Math.max(1, Math.min(entries, Math.floor((width - 2 * pad) / Math.max(1, widest))));
  return { columns, rows: Math.ceil(entries / columns), each: (width - 2 * pad) / columns };
}

/** The map with its caption, in as many pixels as the screen has. */
export function pictureOf(map: HTMLCanvasElement, scale: number, c: Caption): HTMLCanvasElement {
  const width = map.width / scale;
  const out = document.createElement('canvas');
  const pen = out.getContext('2d')!;
  const small = `13px ${c.font}`;
  pen.font = small;
  const widest = Math.max(...c.key.map((k) => pen.measureText(k.text).width + 44), 1);
  const g = grid(width, c.key.length, widest);
  const head = pad * 2 + 44;
  const mapHeight = map.height / scale;
  const height = head + mapHeight + g.rows * line + pad * 2 + line;
  out.width = Math.round(width * scale);
  out.height = Math.round(height * scale);
  pen.scale(scale, scale);
  pen.fillStyle = c.paper;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = c.ink;
  pen.textBaseline = 'top';
  pen.font = `600 20px ${c.font}`;
  pen.fillText(c.title, pad, pad, width - 2 * pad);
  pen.font = small;
  pen.fillText(c.under, pad, pad + 30, width - 2 * pad);
  pen.drawImage(map, 0, head, width, mapHeight);
  stamp(pen, c, pad, head + pad);
  pen.font = small;
  c.key.forEach((k, i) => {
    const x = pad + (i % g.columns) * g.each;
    const y = head + mapHeight + pad + Math.floor(i / g.columns) * line;
    pen.fillStyle = k.colour;
    pen.fillRect(x, y, 22, 14);
    pen.fillStyle = c.ink;
    pen.fillText(k.text, x + 30, y, g.each - 36);
  });
  pen.fillText(c.foot, pad, height - pad - 10, width - 2 * pad);
  return out;
}

function stamp(pen: CanvasRenderingContext2D, c: Caption, x: number, y: number): void {
  pen.font = `600 15px ${c.font}`;
  const w = pen.measureText(c.stamp).width + 20;
  pen.fillStyle = c.paper;
  pen.fillRect(x, y, w, 26);
  pen.strokeStyle = c.ink;
  pen.setLineDash([4, 3]);
  pen.strokeRect(x, y, w, 26);
  pen.fillStyle = c.ink;
  pen.fillText(c.stamp, x + 10, y + 6);
}
