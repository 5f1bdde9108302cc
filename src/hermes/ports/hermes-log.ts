/** Told what an operator wants to know: each change once, not each attempt. No line has a token in it. */
export type HermesLog = (level: 'info' | 'warn', line: string) => void;
