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
const parseTraceState = (text: string): string | undefined =>
  text.length <= LONGEST && /^[\x20-\x7e]+$/.test(text) ? text : undefined;

/** Where something stands in a trace (W3C Trace Context). */
export interface TraceContext extends TraceParent {
  /** `tracestate`, to be passed on as it is. */
  readonly state?: string;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const one = (value: Headers[string]): string => (typeof value === 'string' ? value : '');

/** The trace that a request belongs to. What is malformed counts as absent, as the standard demands. Names are in lower case. */
export const traceContextOf = (headers: Headers): TraceContext | undefined => {
  const parent = parseTraceParent(one(headers.traceparent));
  if (!parent) return undefined;
  const state = parseTraceState(one(headers.tracestate));
  return { ...parent, ...(state !== undefined && { state }) };
};

/** What passes it on. */
export const traceHeaders = ({ state, ...parent }: TraceContext): Record<string, string> => ({
  traceparent: formatTraceParent(parent),
  ...(state !== undefined && { tracestate: state }),
});
