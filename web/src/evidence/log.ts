// Entries of the evidence log, and which of them covers the rows of the pack.
import { ask } from '../door/api.svelte';
import type { LogEntry, LogHead } from '../door/types';
import { canonical, type Json } from '../proof/canonical';
import type { Entry } from '../proof/merkle';

/** An entry with its bytes: the leaf is canonical JSON, so its text can be made again from its value. */
export async function entryAt(index: number): Promise<Entry> {
  const e = await ask<LogEntry>(`/api/v1/evidence/${index}`);
  return { ...e, leaf: canonical(e.leaf as Json) };
}

const packs = new Map<string, Promise<number>>();

/** The index of the entry that holds the digest of this version of the pack, -1 where it is not found. */
export function packEntry(digest: string): Promise<number> {
  let found = packs.get(digest);
  if (!found) packs.set(digest, (found = findPack(digest)));
  found.catch(() => packs.delete(digest));
  return found;
}

// The pack is logged before its rows, so it stands near the start, or, once the
// pack has been changed, near the end.
async function findPack(digest: string): Promise<number> {
  const { size } = await ask<LogHead>('/api/v1/evidence');
  const near = 12;
  const order = new Set<number>();
  for (let i = 0; i < Math.min(near, size); i++) order.add(i);
  for (let i = size - 1; i >= Math.max(0, size - near); i--) order.add(i);
  for (const index of order) {
    const e = await ask<LogEntry>(`/api/v1/evidence/${index}`);
    const leaf = e.leaf as { type?: string; digest?: string };
    if (leaf.type === 'pack' && leaf.digest === digest) return index;
  }
  return -1;
}

export interface PackFile {
  path: string;
  sha256: string;
  size: number;
}

/** The digest that a pack entry holds of one of its files. */
export function fileIn(leaf: string, path: string | undefined): PackFile | undefined {
  const parsed = JSON.parse(leaf) as { files?: PackFile[] };
  return parsed.files?.find((f) => f.path === path);
}
