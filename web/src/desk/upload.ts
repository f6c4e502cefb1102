import { Fault, url } from '../door/api.svelte';
import type { LicenceImport } from '../door/licences';
import type { Problem } from '../door/types';
import { language, t } from '../words/words.svelte';

/** What a table is for: the preview, or issuing by the digest of a preview. */
export interface Batch { type: string; office?: string; digest?: string }

/** Sends a table of licences. */
export async function upload(file: File, b: Batch): Promise<LicenceImport> {
  const form = new FormData();
  form.append('file', file);
  const address = url('/api/v1/licences/import', { type: b.type, office: b.office, lang: language.now, ...(b.digest ? { digest: b.digest } : { preview: 'true' }) });
  let answer: Response;
  try {
    answer = await fetch(address, { method: 'POST', body: form, headers: { 'Accept-Language': language.now } });
  } catch {
    throw new Fault({ title: t('web.fault.offline'), status: 0, code: 'offline', detail: t('web.fault.offline.detail'), remedy: t('web.fault.offline.remedy') });
  }
  if (answer.ok) return (await answer.json()) as LicenceImport;
  if ((answer.headers.get('Content-Type') ?? '').includes('problem+json')) throw new Fault((await answer.json()) as Problem);
  throw new Fault({ title: t('web.fault.strange'), status: answer.status, code: 'strange', detail: t('web.fault.strange.detail', { status: answer.status, path: '/api/v1/licences/import' }), remedy: t('web.fault.strange.remedy') });
}
