import type { LicenceType } from '../door/licences';

/** What a clerk needs for an affair; it stays while he goes from one way of asking to the other. */
export const need = $state({ wanted: '', attributes: ['licence.CZZT'], purpose: '', kase: '' });

/** Who the holder is, which a wallet keeps back too unless it is asked. */
export const holder = ['licence.CZZT', 'licence.CZZTDM'];

/** The type that is wanted: the first where none was chosen yet. */
export function wanted(types: LicenceType[]): LicenceType | undefined {
  return types.find((t) => t.code === need.wanted) ?? types[0];
}

export function body(types: LicenceType[]) {
  const type = wanted(types);
  const has = new Set(type?.attributes.map((a) => `attributes.${a.id}`));
  for (const a of holder) has.add(a);
  return {
    wanted: type?.code ?? '', purpose: need.purpose.trim(), attributes: need.attributes.filter((a) => has.has(a)), ...(need.kase.trim() ? { case: need.kase.trim() } : {}),
  };
}
