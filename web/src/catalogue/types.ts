import type { components } from '../door/schema';

export type ItemFault = components['schemas']['ServiceFault'];
export type Checked = components['schemas']['ServiceChecked'];
