/**
 * What a script finds, made inside of the isolate before any of its code runs, and what the host calls afterwards. It
 * keeps the functions it needs: a script may change everything it can reach. The script is the body of an async
 * function, on its own lines, so that the line of an error is a line of it.
 */
export const PRELUDE = `((hostLog, seed, now) => {
  'use strict';
  const { parse, stringify } = JSON;
  const { apply } = Reflect;
  const { slice } = String.prototype;
  const { then } = Promise.prototype;
  const { exec } = RegExp.prototype;
  const text = (value) => {
    try {
      if (typeof value === 'string') return value;
      if (value instanceof Error) return String(value);
      if (typeof value === 'object') return stringify(value) ?? String(value);
      return String(value);
    } catch {
      return '(something that cannot be shown)';
    }
  };
  const say = (level) => (...values) => {
    let line = '';
    for (let i = 0; i < values.length; i++) line += (i === 0 ? '' : ' ') + text(values[i]);
    hostLog(level, apply(slice, line, [0, 4000]));
  };
  const console = { debug: say('debug'), log: say('info'), info: say('info'), warn: say('warn'), error: say('error') };
  Object.defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true });

  // mulberry32: chance that is the same each time.
  let state = seed | 0;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  const RealDate = Date;
  const clock = () => {
    if (now === undefined)
      throw new TypeError('a script has no clock: hand the time in by the field "now" of its input, as ' + '$' + '{now()}');
    return now;
  };
  const FixedDate = new Proxy(RealDate, {
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [clock()] : given, made),
    apply: () => new RealDate(clock()).toString(),
    get: (target, key, receiver) => (key === 'now' ? clock : Reflect.get(target, key, receiver)),
  });
  RealDate.prototype.constructor = FixedDate;
  globalThis.Date = FixedDate;
  delete globalThis.performance;

  const lineOf = (error) => {
    const found = apply(exec, /script:([0-9]+)/, [String(error.stack)]) ?? undefined;
    return found === undefined ? error.lineNumber : Number(found[1]);
  };
  const told = (error) => {
    try {
      // So the machine says that there is no memory left even for saying so.
      if (error === null) return '{"name":"Error","message":"null, which is also thrown when memory is short"}';
      if (!(error instanceof Error)) return stringify({ name: 'Error', message: apply(slice, text(error), [0, 2000]) });
      const message = apply(slice, text(error.message), [0, 2000]);
      return stringify({ name: apply(slice, text(error.name), [0, 100]), message, line: lineOf(error) });
    } catch {
      return '{"name":"Error","message":"something that cannot be shown"}';
    }
  };

  let outcome = 'pending';
  let answer = '';
  // Told only when it is asked for: a script that ran out of memory has none left for it here.
  const fail = (error) => {
    answer = error;
    outcome = 'threw';
  };
  const done = (value) => {
    try {
      answer = stringify(value) ?? 'null';
      outcome = 'done';
    } catch (error) {
      fail(error);
    }
  };
  return {
    start: (script, input) => apply(then, script(parse(input)), [done, fail]),
    told,
    outcome: () => outcome,
    answer: () => answer,
  };
})`;
