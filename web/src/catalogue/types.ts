export interface ItemFault { at: string; code: string; detail: string; remedy?: string; rule?: string; ref?: string; mild?: boolean }
export interface Checked { faults: ItemFault[] | null }
