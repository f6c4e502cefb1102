// What a member is to the head of a household: the codes of GB/T 4761-2008 that a register uses.
// Their words are family.relation.<code>.

const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

export const relations: readonly string[] = ['02', '10', '11', '12', ...range(20, 39), ...range(41, 49), ...range(51, 59), ...range(61, 69), ...range(71, 79), ...range(81, 97), '99'];

const men = new Set(['11', ...range(20, 29), '41', '43', '46', '47', '51', '53', '55', '57', '61', '63', '66', '71', '73', '76', '78', '81', '83', '85', '87', '89', '93', '95']);
const women = new Set(['12', ...range(30, 39), '42', '44', '45', '48', '52', '54', '56', '58', '62', '64', '67', '72', '74', '75', '77', '82', '84', '86', '88', '90', '94', '96']);

/** The relations that somebody of a sex can have; all of them where the sex is not known. */
export function fitting(sex: '1' | '2' | undefined): string[] {
  return relations.filter((r) => !sex || !(sex === '1' ? women : men).has(r));
}

/** Those of a newborn child. */
export const newborn: readonly string[] = ['20', '21', '22', '23', '24', '25', '26', '29', '30', '31', '32', '33', '34', '35', '36', '39', '41', '42', '43', '44', '47', '48', '49', '93', '94', '95', '96', '97', '99'];
