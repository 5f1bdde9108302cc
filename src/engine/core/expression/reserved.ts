/**
 * No name may be one of these: words of CEL, those it keeps for later (cel-spec, Syntax), and the bodies of a `try`, which
 * are segments of addresses (semantics 14).
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...['false', 'in', 'null', 'true', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
  ...['try', 'catch', 'finally', 'on_complete', 'on_failure'],
]);

export const isReservedWord = (name: string): boolean => RESERVED.has(name);
