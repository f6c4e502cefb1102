// Passkeys (WebAuthn): the node asks, the browser's authenticator answers.
import { send } from '../door/api.svelte';
import type { components } from '../door/schema';
import type { Session } from './session.svelte';

type Api = components['schemas'];
export type Key = Api['Key'];

/** Whether this browser can do it. */
export function canPasskey(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

export async function enterByPasskey(): Promise<Session> {
  const q = await send<Api['CeremonyBody']>('POST', '/api/v1/session/passkey/begin');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(q.options as PublicKeyCredentialRequestOptionsJSON);
  const made = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  return send<Session>('POST', '/api/v1/session/passkey/finish', { ceremony: q.ceremony, response: made.toJSON() });
}

export async function makePasskey(label: string): Promise<Key> {
  const q = await send<Api['CeremonyBody']>('POST', '/api/v1/session/passkeys/begin');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(q.options as PublicKeyCredentialCreationOptionsJSON);
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  return send<Key>('POST', '/api/v1/session/passkeys', { ceremony: q.ceremony, label, response: made.toJSON() });
}

/** Whether somebody only closed the browser's question. */
export function dismissed(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}
