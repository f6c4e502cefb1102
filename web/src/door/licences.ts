// What the API answers about licences, at the desk and at the counter.
import type { components } from './schema';

type Api = components['schemas'];
export type Named = Api['Named'];

export type LicenceTypes = Api['LicenceTypes'];
export type LicenceType = Api['LicenceType'];
export type LicenceAttribute = Api['LicenceAttribute'];
export type Licence = Api['Licence'];
export type LicenceList = Api['LicenceList'];
export type LicenceDetail = Api['LicenceDetail'];
export type LicenceDeed = Api['LicenceDeed'];
export type LicenceOffer = Api['LicenceOffer'];
export type LicenceAction = Api['LicenceAction'];
export type LicenceImport = Api['LicenceImport'];
export type LicenceRow = Api['LicenceImportRow'];
export type RowFault = Api['Fault'];

export type WalletRequest = Api['WalletRequest'];
export type Check = Api['CheckView'];
export type CheckReason = Api['ReasonView'];
