// What a QR code in a picture says: by the browser where it can (BarcodeDetector), by jsQR
// where it cannot.
interface Detector {
  detect(of: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
interface Detectors {
  new (how: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

export type Read = (picture: HTMLVideoElement | ImageBitmap) => Promise<string | null>;

/** Makes the reader that this browser has. */
export async function reader(): Promise<Read> {
  const native = (globalThis as { BarcodeDetector?: Detectors }).BarcodeDetector;
  const formats = native ? await native.getSupportedFormats().catch(() => []) : [];
  if (native && formats.includes('qr_code')) {
    const detector = new native({ formats: ['qr_code'] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null;
  }
  const { default: decode } = await import('jsqr');
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  return async (picture) => {
    const width = 'videoWidth' in picture ? picture.videoWidth : picture.width;
    const height = 'videoHeight' in picture ? picture.videoHeight : picture.height;
    if (!pen || !width || !height) return null;
    const scale = Math.min(1, 1200 / Math.max(width, height)); // more makes it slow, and sees no more
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return decode(pen.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height)?.data || null;
  };
}

/** What the QR code in a picture file says; null where there is none. */
export async function readFile(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file);
  try {
    return await (await reader())(picture);
  } finally {
    picture.close();
  }
}
