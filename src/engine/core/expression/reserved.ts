/** Words of CEL, and those it keeps for later (cel-spec, Syntax): no name may be one of them. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['false', 'in', 'null', 'true', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);

export const isReservedWord = (name: string): boolean => RESERVED.has(name);
