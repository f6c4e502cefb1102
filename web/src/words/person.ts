/** The name of whom the log names with his number: "吴静 (01a2…)". */
export const personName = (by: string | undefined): string => (by ?? '').replace(/ \([0-9a-f-]{36}\)$/, '');
