// What the layers and their classes are called.
import type { CircleFrame } from '../door/circles';
import { decimalText } from '../words/figure';
import { name, t, word, type Lang } from '../words/words.svelte';
import { peopleText } from './figures';
import { lost, newly, type Class, type Colouring } from './scales';

export function layerText(layer: string, frame: CircleFrame): string {
  const centre = frame.centres.find((c) => c.city === layer);
  if (centre) return t('web.circle.layer.centre', { name: name(centre.name) });
  return word(`web.circle.layer.${layer}`);
}

/** A class in words. */
export function classText(kind: Colouring['kind'], c: Class, k: number, lang: Lang): string {
  const n = (v: number) => decimalText(Math.abs(v), 0, lang);
  if (kind === 'half') return k === 0 ? t('web.circle.inside') : t('web.circle.outside');
  if (kind === 'reach') {
    const [from, until] = [peopleText(c.from, lang, word), peopleText(c.until, lang, word)];
    return c.until === Infinity ? t('web.circle.class.over', { from }) : c.from === 0 ? t('web.circle.class.under', { until }) : t('web.circle.class.between', { from, until });
  }
  if (kind === 'minutes') return c.until === Infinity ? t('web.circle.class.never', { from: c.from }) : t('web.circle.class.minutes', { from: c.from, until: c.until });
  if (k === newly) return t('web.circle.class.newly');
  if (k === lost) return t('web.circle.class.lost');
  if (k === 4) return t('web.circle.class.alike');
  const sooner = k < 4;
  const [small, large] = sooner ? [c.until, c.from] : [c.from, c.until];
  if (!Number.isFinite(large)) return t(sooner ? 'web.circle.class.sooner.most' : 'web.circle.class.later.most', { from: n(small) });
  return t(sooner ? 'web.circle.class.sooner' : 'web.circle.class.later', { from: n(small), until: n(large) });
}
