// The state of the page: what is on this phone, and what attributes are called.
import { ask, send } from '../door/api.svelte';
import type { Problem } from '../door/types';
import { hasWord, word } from '../words/words.svelte';
import { list, put, remove, type Held, type Waits } from './held';
import { Faulty, parse, type Credential, type Path } from './sdjwt';
import { ask as askLater, fetchOffer, NotIssued, take, type Got, type Later, type Offer } from './vci';

export interface Named { code: string; name: string }
export interface Licence {
  id: string; identifier: string; edition: number; type: Named; state: Named; number: string; until?: string; from: string;
  office: { city: string; code: string; name: string };
}
export interface Type { code: string; name: string; attributes: { id: string; name: string; open: boolean }[] }
export interface On extends Held { credential: Credential }

const fetcher = (url: string, init?: RequestInit) => fetch(url, init);

export class Wallet {
  owner: string;
  on = $state.raw<On[]>([]);
  waits = $state.raw<Waits[]>([]);
  types = $state.raw<Type[]>([]);
  fields = $state.raw<Record<string, string>>({});
  ready = $state(false);
  problem = $state.raw<Problem>();

  constructor(owner: string) {
    this.owner = owner;
  }

  async load(): Promise<void> {
    try {
      const held = await list<Held>('held', this.owner);
      this.on = await Promise.all(held.map(async (h) => ({ ...h, credential: await parse(h.text) })));
      this.waits = await list<Waits>('waits', this.owner);
    } catch {
      this.problem = problemOf(new NotIssued('browser'));
    }
    this.ready = true;
  }

  /** Names of attributes and of metadata, in the language of the page. */
  async names(licences: Licence[]): Promise<void> {
    this.types = (await ask<{ types: Type[] }>('/api/v1/licence-types').catch(() => ({ types: [] }))).types;
    const one = licences[0];
    if (!one) return;
    const detail = await ask<{ metadata: { short: string; name: string }[] }>(`/api/v1/licences/${encodeURIComponent(one.id)}`).catch(() => ({ metadata: [] }));
    this.fields = Object.fromEntries(detail.metadata.map((f) => [f.short, f.name]));
  }

  typeOf(c: Credential): Type | undefined {
    return this.types.find((t) => c.claims.vct === `urn:conurb:licence:${t.code}`);
  }

  nameOf(c: Credential): string {
    return this.typeOf(c)?.name ?? String(c.claims.vct);
  }

  /** What a claim is called. */
  label(c: Credential, path: Path): string {
    return this.nameIn(this.typeOf(c)?.code ?? '', path);
  }

  /** What a claim of a type is called; its id where nobody says. */
  nameIn(type: string, path: Path): string {
    const [room, id = ''] = path;
    if (room === 'attributes') return this.types.find((t) => t.code === type)?.attributes.find((a) => a.id === id)?.name ?? String(id);
    if (room === 'licence') return this.fields[String(id)] ?? String(id);
    return path.join('.');
  }

  /** The copy of a licence, and whether it is of its present edition. */
  copyOf(l: Licence): { on: On; old: boolean } | undefined {
    const says = (h: On) => identifierOf(h.credential) === l.identifier;
    const now = this.on.find(says);
    if (now) return { on: now, old: false };
    const old = this.on.find((h) => h.licence === l.id);
    return old && { on: old, old: true };
  }

  /** Gets a licence of this node. */
  async add(l: Licence): Promise<void> {
    const made = await send<{ offer: string; uri: string; txCode?: string }>('POST', '/api/v1/wallet/offers', { licence: l.id });
    await this.take(await fetchOffer(fetcher, made.offer), made.txCode ?? '', l.id);
  }

  offer(link: string): Promise<Offer> {
    return fetchOffer(fetcher, link);
  }

  /** Takes what is offered; undefined: it comes later. */
  async take(offer: Offer, txCode: string, licence = ''): Promise<Credential | undefined> {
    const got = await take(fetcher, offer, txCode);
    if ('credential' in got) return this.keep(got, licence);
    const waits: Waits = { id: crypto.randomUUID(), owner: this.owner, licence, later: got as Later };
    await put('waits', waits);
    this.waits = [...this.waits, waits];
    return undefined;
  }

  async askLater(w: Waits): Promise<boolean> {
    const got = await askLater(fetcher, w.later);
    if (!got) return false;
    await this.keep(got, w.licence);
    await remove('waits', w.id);
    this.waits = this.waits.filter((x) => x.id !== w.id);
    return true;
  }

  /** Keeps a copy, instead of one of the same licence that was there before. */
  private async keep(got: Got, licence: string): Promise<Credential> {
    const before = this.on.filter((h) => (licence && h.licence === licence) || identifierOf(h.credential) === identifierOf(got.credential));
    const held: Held = { id: crypto.randomUUID(), owner: this.owner, text: got.credential.text, key: got.key, licence, added: new Date().toISOString() };
    await put('held', held);
    for (const b of before) await remove('held', b.id);
    this.on = [...this.on.filter((h) => !before.includes(h)), { ...held, credential: got.credential }];
    return got.credential;
  }

  async remove(h: On): Promise<void> {
    await remove('held', h.id);
    this.on = this.on.filter((x) => x.id !== h.id);
  }
}

/** The identifier that a credential names (GB/T 36904), by its form. */
export function identifierOf(c: Credential): string {
  const found = c.all.find((x) => x.path[0] === 'licence' && typeof x.value === 'string' && /^1\.2\.156\.3005\.2\./.test(x.value));
  return found ? String(found.value) : '';
}

/** What went wrong with an issuer, in words. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Faulty) return problemOf(new NotIssued('credential', error.code));
  if (!(error instanceof NotIssued)) return undefined;
  const key = [`web.wallet.fault.${error.error}`, `web.wallet.fault.${error.code}`].find(hasWord) ?? 'web.wallet.fault.form';
  return { title: word('web.wallet.fault'), status: 0, code: [error.code, error.error].filter(Boolean).join(':'), detail: word(key, { what: error.error }), remedy: word('web.wallet.fault.again') };
}
