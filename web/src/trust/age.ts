import { t } from '../words/words.svelte';

/** A span of seconds in the unit that people would say it in. */
export function spanWords(seconds: number): string {
  if (seconds < 7200) return t('web.trust.age.minutes', { n: Math.max(1, Math.round(seconds / 60)) });
  if (seconds < 48 * 3600) return t('web.trust.age.hours', { n: Math.round(seconds / 3600) });
  return t('web.trust.age.days', { n: Math.round(seconds / 86400) });
}

/** How long ago the list was found to be the newest. */
export function ageWords(seconds: number | undefined): string {
  if (seconds === undefined) return t('web.trust.confirmed.never');
  return seconds < 60 ? t('web.trust.confirmed.just') : t('web.trust.confirmed', { age: spanWords(seconds) });
}
