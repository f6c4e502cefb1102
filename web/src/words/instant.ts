// Instants of the API as people read them, on the clock of whoever reads.

/** "2026年11月26日 16:31" or "26 Nov 2026, 16:31"; a dash where there is none. */
export function formatInstant(text: string | null | undefined, lang: string, timeZone?: string): string {
  const at = text ? new Date(text) : null;
  if (!at || Number.isNaN(at.getTime())) return '–';
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-CN', {
    year: 'numeric', month: lang === 'en' ? 'short' : 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(timeZone ? { timeZone } : {}),
  }).format(at);
}

/** The day of an instant, for people. */
export function formatInstantDay(text: string | null | undefined, lang: string, timeZone?: string): string {
  const at = text ? new Date(text) : null;
  if (!at || Number.isNaN(at.getTime())) return '–';
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-CN', { year: 'numeric', month: lang === 'en' ? 'short' : 'long', day: 'numeric', ...(timeZone ? { timeZone } : {}) }).format(at);
}

/** "16:31:05" on the clock of whoever reads. */
export function formatClock(at: Date, lang: string): string {
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at);
}
