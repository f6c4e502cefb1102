// Households as the API gives them.
export interface Block { code: string; reason: string; since: string }
export interface Member { person: string; name: string; sex: string; born: string; relation: string; guardians?: string[]; since: string; block?: Block }
export interface Household { id: string; city: string; kind: 'family' | 'collective'; address: string; unit?: string; places?: number; rural?: boolean; head?: string; members: Member[]; version: number }
