// What is on this phone: credentials with their keys, in IndexedDB. A CryptoKey that cannot be
// taken out is kept as it is (structured clone).
import type { Key } from './keys';
import type { Later } from './vci';

export interface Held {
  id: string;
  /** The account that it belongs to: two people may use one browser. */
  owner: string;
  text: string;
  key: Key;
  /** The licence at this node; empty: of another city. */
  licence: string;
  added: string;
}

export interface Waits {
  id: string;
  owner: string;
  licence: string;
  later: Later;
}

type Name = 'held' | 'waits';

function open(): Promise<IDBDatabase> {
  return new Promise((done, no) => {
    const r = indexedDB.open('conurb-wallet', 1);
    r.onupgradeneeded = () => {
      for (const name of ['held', 'waits']) r.result.createObjectStore(name, { keyPath: 'id' });
    };
    r.onsuccess = () => done(r.result);
    r.onerror = () => no(r.error ?? new Error('indexedDB'));
    r.onblocked = () => no(new Error('indexedDB'));
  });
}

async function run<T>(name: Name, mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise<T>((done, no) => {
      const t = db.transaction(name, mode);
      const r = act(t.objectStore(name));
      t.oncomplete = () => done(r.result);
      t.onabort = t.onerror = () => no(t.error ?? new Error('indexedDB'));
    });
  } finally {
    db.close();
  }
}

export async function list<T extends Held | Waits>(name: Name, owner: string): Promise<T[]> {
  return (await run<T[]>(name, 'readonly', (s) => s.getAll() as IDBRequest<T[]>)).filter((x) => x.owner === owner);
}

export async function put(name: Name, value: Held | Waits): Promise<void> {
  await run(name, 'readwrite', (s) => s.put(value));
}

export async function remove(name: Name, id: string): Promise<void> {
  await run(name, 'readwrite', (s) => s.delete(id));
}
