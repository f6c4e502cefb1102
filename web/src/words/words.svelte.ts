// Every sentence on the page comes from locale/<language>/<room>.json, the same
// files that the Go side reads. A key without a text shows itself in brackets.
import type zhDesk from '../../../locale/zh-CN/desk.json';
import type zhQueue from '../../../locale/zh-CN/queue.json';
import type zhWallet from '../../../locale/zh-CN/wallet.json';
import type zhNodes from '../../../locale/zh-CN/nodes.json';
import type zhSession from '../../../locale/zh-CN/session.json';
import type zhNoticePage from '../../../locale/zh-CN/noticepage.json';
import type zhServicePage from '../../../locale/zh-CN/servicepage.json';
import type zhCasePage from '../../../locale/zh-CN/casepage.json';
import type zhWeb from '../../../locale/zh-CN/web.json';

export type Lang = 'zh-CN' | 'en';
export type WebKey = keyof typeof zhWeb | keyof typeof zhDesk | keyof typeof zhWallet | keyof typeof zhSession | keyof typeof zhNodes | keyof typeof zhQueue | keyof typeof zhNoticePage | keyof typeof zhServicePage | keyof typeof zhCasePage;
export type Args = Record<string, string | number>;

const files = import.meta.glob<Record<string, string>>(
  ['../../../locale/*/{web,board,progress,forecast,reach,wallet,desk,session,nodes,rights,identity,case,family,queue,supervision,editor,registrar,reconciliation,notice,noticepage,servicepage,casepage,casework,catalogue,residence,ledger,household}.json'],
  { eager: true, import: 'default' },
);

const texts: Record<Lang, Record<string, string>> = { 'zh-CN': {}, en: {} };
for (const [path, words] of Object.entries(files)) {
  Object.assign(texts[path.includes('/en/') ? 'en' : 'zh-CN'], words);
}

let chosen = $state<Lang>('zh-CN');

/** The language of the page; reading it in a template makes that follow a switch. */
export const language = {
  get now(): Lang {
    return chosen;
  },
  set now(lang: Lang) {
    chosen = lang;
    if (typeof document !== 'undefined') document.documentElement.lang = lang;
  },
};

/** The language that a tag such as "en-GB" asks for, if it is one of ours. */
export function matchLang(tag: string | null | undefined): Lang | null {
  const t = (tag ?? '').toLowerCase();
  return t.startsWith('zh') ? 'zh-CN' : t.startsWith('en') ? 'en' : null;
}

export function fill(text: string, args?: Args): string {
  return args ? text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => String(args[name] ?? whole)) : text;
}

/** The text of one of the page's own keys. */
export function t(key: WebKey, args?: Args): string {
  return word(key, args);
}

/** The text of a key that is made from a code, of any room. */
export function word(key: string, args?: Args): string {
  const text = texts[chosen][key];
  return text === undefined ? `[${key}]` : fill(text, args);
}

/** The text of a key, or the code it was made from where nobody has put that into words. */
export function wordOr(key: string, code: string): string {
  return hasWord(key) ? word(key) : code;
}

export function hasWord(key: string): boolean {
  return texts[chosen][key] !== undefined;
}

/** A text that depends on a count: key.one is the singular. */
export function count(key: WebKey, n: number): string {
  const one = `${key}.one`;
  return word(n === 1 && hasWord(one) ? one : key, { n: new Intl.NumberFormat(chosen).format(n) });
}

/** A name of the pack in the language of the page. */
export function name(text: { zh: string; en: string } | undefined | null): string {
  if (!text) return '';
  return (chosen === 'en' ? text.en || text.zh : text.zh || text.en) ?? '';
}
