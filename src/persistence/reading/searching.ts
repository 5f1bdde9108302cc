/** Like with nothing special about `%` and `_` of the search text. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
