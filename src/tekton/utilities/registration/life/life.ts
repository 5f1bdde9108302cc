// The life of a registration with Hermes, as a pure step: what is, what happened and when → what is now, and the one call
// to make. Invariants, cited where they are kept:
//   L1 At most one call is under way, but for the one that takes leave.
//   L2 A registration that nothing has proven yet is not followed by another at once: a Hermes that accepts and denies in
//      turn is asked ever more seldom.
//   L3 Leaving is said once, and only by who may be listed. Whatever is answered, it is over.
//   L4 Whoever is registered goes on beating while a renewal fails.
import type { Instant, Millis } from '../../../../kernel/index.js';
import { pauseBefore, type Backoff } from '../../backoff/index.js';
import type { Token } from './token.js';

/** How Hermes knows us. */
export interface Membership {
  /** As Hermes answered it. */
  readonly id: string;
  readonly token: Token;
  readonly since: Instant;
}

/** What is under way; `idle`: nothing. */
type Errand = 'idle' | 'beat' | 'look' | 'register';

export type Life =
  /** Not listening, or not ready: nobody is to find us. */
  | { readonly at: 'asleep' }
  | {
      readonly at: 'unregistered';
      /** When to register; undefined: a registration is under way. */
      readonly due: Instant | undefined;
      /** Registrations that failed in a row. */
      readonly tries: number;
      readonly unproven: number;
      /** Hermes may still list us by it. */
      readonly former: Membership | undefined;
    }
  | {
      readonly at: 'registered';
      readonly membership: Membership;
      readonly errand: Errand;
      readonly beatAt: Instant;
      /** After the next heartbeat that is heard, at or after this time, the list is read. */
      readonly lookAt: Instant;
      readonly renewAt: Instant;
      /** Heartbeats that failed in a row. */
      readonly failures: number;
      /** Renewals that failed in a row. */
      readonly tries: number;
      /** Registrations in a row after which the list did not show us. */
      readonly unproven: number;
    }
  /** `former`: what to take leave of, when the registration that is under way fails. */
  | { readonly at: 'waiting-to-leave'; readonly former: Membership | undefined }
  | { readonly at: 'leaving' }
  | { readonly at: 'gone' };

/** What happened. */
export type Fact =
  | { readonly is: 'ready' | 'due' | 'asked' | 'stopped' | 'left' }
  | { readonly is: 'admitted'; readonly id: string; readonly token: Token; readonly lasts: Millis }
  /** A registration failed. */
  | { readonly is: 'refused' }
  /** A heartbeat: heard, not with this token, or not heard. */
  | { readonly is: 'heard' | 'denied' | 'unheard' }
  /** The list of components: with us, without us, or it cannot be read. */
  | { readonly is: 'listed' | 'absent' | 'unseen' };

export type Call =
  | { readonly do: 'register' }
  | { readonly do: 'beat' | 'leave'; readonly membership: Membership }
  | { readonly do: 'look'; readonly id: string };

export interface Step {
  readonly life: Life;
  readonly call?: Call;
}

export interface Rules {
  /** Between two heartbeats. */
  readonly beat: Millis;
  /** Between two looks at the list. */
  readonly look: Millis;
  /** Heartbeats that may fail in a row; with so many we count as unregistered. */
  readonly failures: number;
}

/** When something happened. */
export interface Moment {
  readonly now: Instant;
  /** From 0 to 1: moves what is waited for, so that all who lost Hermes at one time do not come back at one time. */
  readonly chance: number;
  readonly rules: Rules;
}

/** 1 s, 2 s, 4 s … 25 s, each a fifth more or less by chance: 30 s at the most. */
const BACKOFF: Backoff = { first: 1000, factor: 2, longest: 25_000, jitter: 0.2 };
const SHORTEST: Millis = 1000;
const LONGEST: Millis = 86_400_000;

/** How long to wait after so many failures in a row, from 1: 30 s at the most. `chance` is from 0 to 1. */
export const pause = (failures: number, chance: number): Millis => pauseBefore(BACKOFF, failures, chance);

/** When to call `step` with `due`; undefined: never, something else comes first. */
export const wakeAt = (life: Life): Instant | undefined => {
  if (life.at === 'unregistered') return life.due;
  if (life.at === 'registered' && life.errand === 'idle') return Math.min(life.beatAt, life.renewAt);
  return undefined;
};

/** Whether Hermes is believed to list us. */
export const isRegistered = (life: Life): boolean => life.at === 'registered';

export const ASLEEP: Life = { at: 'asleep' };

type Unregistered = Extract<Life, { at: 'unregistered' }>;
type Registered = Extract<Life, { at: 'registered' }>;

/** What follows from a fact. A fact that does not belong where we are changes nothing. */
export const step = (life: Life, fact: Fact, moment: Moment): Step => {
  switch (life.at) {
    case 'asleep':
      return fromAsleep(life, fact);
    case 'unregistered':
      return fromUnregistered(life, fact, moment);
    case 'registered':
      return fact.is === 'stopped' ? leaveRegistered(life) : fromRegistered(life, fact, moment);
    case 'waiting-to-leave':
      return fromWaiting(life, fact, moment);
    case 'leaving':
      return { life: fact.is === 'left' ? { at: 'gone' } : life };
    case 'gone':
      return { life };
  }
};

const fromAsleep = (life: Life, { is }: Fact): Step => {
  if (is === 'stopped') return { life: { at: 'gone' } };
  return is === 'ready' ? register({ tries: 0, unproven: 0, former: undefined }) : { life };
};

const register = ({ tries, unproven, former }: Omit<Unregistered, 'at' | 'due'>): Step => ({
  life: { at: 'unregistered', due: undefined, tries, unproven, former },
  call: { do: 'register' },
});

const fromUnregistered = (life: Unregistered, fact: Fact, moment: Moment): Step => {
  const isUnderWay = life.due === undefined;
  if (fact.is === 'stopped')
    return isUnderWay ? { life: { at: 'waiting-to-leave', former: life.former } } : leave(life.former); // L3
  if (fact.is === 'admitted' && isUnderWay) return admit(fact, life.unproven, moment);
  if (fact.is === 'refused' && isUnderWay) {
    const tries = life.tries + 1;
    return { life: { ...life, tries, due: moment.now + pause(tries, moment.chance) } };
  }
  return (fact.is === 'due' || fact.is === 'asked') && !isUnderWay ? register(life) : { life }; // L1
};

type Admitted = Extract<Fact, { is: 'admitted' }>;

/** At 5/6 of its life a token is renewed. Who is new is heard at once, and looks whether it is listed. */
const admit = ({ id, token, lasts }: Admitted, unproven: number, { now, rules }: Moment): Step => {
  const membership: Membership = { id, token, since: now };
  const renewAt = now + Math.min(Math.max((lasts * 5) / 6, SHORTEST), LONGEST);
  const life: Registered = {
    ...{ at: 'registered', membership, errand: 'beat', renewAt },
    ...{ beatAt: now + rules.beat, lookAt: now, failures: 0, tries: 0, unproven: unproven + 1 },
  };
  return { life, call: { do: 'beat', membership } };
};

const fromRegistered = (life: Registered, fact: Fact, moment: Moment): Step => {
  switch (life.errand) {
    case 'idle':
      return fromIdle(life, fact, moment);
    case 'beat':
      return afterBeat(life, fact, moment);
    case 'look':
      return afterLook(life, fact, moment);
    case 'register':
      return afterRenewal(life, fact, moment);
  }
};

const fromIdle = (life: Registered, { is }: Fact, { now, rules }: Moment): Step => {
  if (is === 'asked' || (is === 'due' && now >= life.renewAt))
    return { life: { ...life, errand: 'register' }, call: { do: 'register' } };
  if (is !== 'due' || now < life.beatAt) return { life };
  const { membership } = life;
  return { life: { ...life, errand: 'beat', beatAt: now + rules.beat }, call: { do: 'beat', membership } };
};

const afterBeat = (life: Registered, { is }: Fact, moment: Moment): Step => {
  const { now, chance, rules } = moment;
  if (is === 'heard') {
    const isToLook = life.failures > 0 || now >= life.lookAt;
    const heard: Registered = { ...life, failures: 0, errand: isToLook ? 'look' : 'idle' };
    return isToLook ? { life: heard, call: { do: 'look', id: life.membership.id } } : { life: heard };
  }
  if (is === 'denied') return lose(life, undefined, moment);
  if (is !== 'unheard') return { life };
  const failures = life.failures + 1;
  if (failures < rules.failures) return { life: { ...life, errand: 'idle', failures } };
  const { membership: former, unproven } = life;
  return { life: { at: 'unregistered', due: now + pause(1, chance), tries: 1, unproven, former } };
};

/** Registers again: at once when the registration had been proven, else after a pause. L2 */
const lose = ({ unproven }: Registered, former: Membership | undefined, { now, chance }: Moment): Step => {
  if (unproven <= 1) return register({ tries: 0, unproven, former });
  return { life: { at: 'unregistered', due: now + pause(unproven - 1, chance), tries: 0, unproven, former } };
};

const afterLook = (life: Registered, { is }: Fact, moment: Moment): Step => {
  const lookAt = moment.now + moment.rules.look;
  if (is === 'listed') return { life: { ...life, errand: 'idle', lookAt, unproven: 0 } };
  if (is === 'unseen') return { life: { ...life, errand: 'idle', lookAt } };
  return is === 'absent' ? lose(life, undefined, moment) : { life };
};

const afterRenewal = (life: Registered, fact: Fact, moment: Moment): Step => {
  if (fact.is === 'admitted') return admit(fact, life.unproven, moment);
  if (fact.is !== 'refused') return { life };
  const tries = life.tries + 1;
  return { life: { ...life, errand: 'idle', tries, renewAt: moment.now + pause(tries, moment.chance) } }; // L4
};

const leave = (membership: Membership | undefined): Step =>
  membership === undefined ? { life: { at: 'gone' } } : { life: { at: 'leaving' }, call: { do: 'leave', membership } };

/** A registration that is under way would outlive what unregisters before it: it is waited for. */
const leaveRegistered = ({ errand, membership }: Registered): Step =>
  errand === 'register' ? { life: { at: 'waiting-to-leave', former: membership } } : leave(membership); // L3

const fromWaiting = (life: Extract<Life, { at: 'waiting-to-leave' }>, fact: Fact, { now }: Moment): Step => {
  if (fact.is === 'admitted') return leave({ id: fact.id, token: fact.token, since: now });
  return fact.is === 'refused' ? leave(life.former) : { life };
};
