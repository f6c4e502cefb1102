// Households as the API gives them.
import type { components } from '../door/schema';

type Api = components['schemas'];
export type Household = Api['HouseholdView'];
export type Member = Api['HouseholdMember'];
export type HouseholdDetail = Api['HouseholdDetail'];
export type HouseholdList = Api['HouseholdList'];
export type HouseholdEntry = Api['HouseholdEntry'];
export type HouseholdEntryList = Api['HouseholdEntryList'];
export type Registration = Api['Registration'];
