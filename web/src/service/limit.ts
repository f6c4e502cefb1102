// Time limits and amounts, as people read them.
import { count, t } from '../words/words.svelte';
import type { Days } from './types';

export function limitText(d: Pick<Days, 'count' | 'unit'>): string {
  if (!d.unit) return t('web.service.limit.none');
  if (d.count === 0) return t('web.service.limit.once');
  return count(d.unit === 'calendar' ? 'web.service.limit.days' : 'web.service.limit.working', d.count);
}
