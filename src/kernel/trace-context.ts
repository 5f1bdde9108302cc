/** What `traceparent` says (W3C Trace Context). */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly trace: string;
  /** 16 of them. */
  readonly span: string;
  readonly sampled: boolean;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const LONGEST = 512;
const NOTHING = /^0+$/;

/** Undefined: it says nothing that can be used, and counts as absent. Later versions are read as this one. */
export const parseTraceParent = (text: string): TraceParent | undefined => {
  const [, version, trace, span, flags, more] = FORM.exec(text.length > LONGEST ? '' : text.trim()) ?? [];
  if (trace === undefined || span === undefined || flags === undefined || version === 'ff') return undefined;
  if ((version === '00' && more !== undefined) || NOTHING.test(trace) || NOTHING.test(span)) return undefined;
  return { trace, span, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
};

export const formatTraceParent = ({ trace, span, sampled }: TraceParent): string =>
  `00-${trace}-${span}-${sampled ? '01' : '00'}`;

/** `tracestate` as it may be passed on; undefined: it may not. */
export const parseTraceState = (text: string): string | undefined =>
  text.length <= LONGEST && /^[\x20-\x7e]+$/.test(text) ? text : undefined;
