import { encode } from 'uqr';

/** A QR code as the path of an SVG on a grid of its modules, and the side of that grid. Error
    correction M; a quiet zone of four modules (ISO/IEC 18004). */
export function codePath(text: string): { side: number; path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  let path = '';
  data.forEach((line, y) => {
    for (let x = 0; x < line.length; x++) {
      if (!line[x]) continue;
      const from = x;
      while (line[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1H${from}z`;
    }
  });
  return { side: size, path };
}
