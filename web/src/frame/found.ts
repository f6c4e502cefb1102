import type { Found } from '../door/types';

type To = (path: string, more?: Record<string, string>) => string;

/** Where something that was found is shown. */
export function placeOf(f: Found, to: To): string {
  const id = encodeURIComponent(f.id);
  switch (f.kind) {
    case 'target':
      return to(`/targets/${id}`);
    case 'indicator':
      return to(`/indicators/${id}`);
    case 'project':
      return to('/projects', { project: f.id });
    case 'line':
      return to('/map', { line: f.id });
    case 'district':
      return to('/map', { district: f.id });
    default:
      return to('/evidence', { source: f.id });
  }
}
