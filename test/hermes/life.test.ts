import { describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import {
  ASLEEP,
  isRegistered,
  pause,
  step,
  Token,
  wakeAt,
  type Call,
  type Fact,
  type Life,
} from '../../src/tekton/utilities/registration/life/index.js';
import { Chance } from '../../src/kernel/index.js';
import { seedOf } from '../world/random.js';

const rules = { beat: 30_000, look: 60_000, failures: 3 };
const HOUR = 3_600_000;
const admitted = (token = 'a token', lasts = HOUR): Fact => ({
  is: 'admitted',
  id: 'harmonia',
  token: new Token(token),
  lasts,
});

/** A life, told facts at times; what it asks for is kept. */
class Told {
  life: Life = ASLEEP;
  now = 1_000_000;
  readonly calls: Call[] = [];
  private readonly chance = new Chance('a life');

  tell(...facts: readonly (Fact | Fact['is'])[]): this {
    for (const fact of facts) {
      const { life, call } = step(this.life, typeof fact === 'string' ? ({ is: fact } as Fact) : fact, {
        now: this.now,
        chance: this.chance.next(),
        rules,
      });
      this.life = life;
      if (call) this.calls.push(call);
    }
    return this;
  }

  /** Lets time go by until something is due, and says so. */
  sleep(): this {
    this.now = Math.max(this.now, wakeAt(this.life) ?? this.now);
    return this.tell('due');
  }

  /** What it has asked for since this was asked last. */
  asked(): string[] {
    return this.calls.splice(0).map((call) => call.do);
  }
}

const registered = (): Told => {
  const told = new Told().tell('ready', admitted(), 'heard', 'listed');
  told.asked();
  return told;
};

describe('registering', () => {
  test('begins when the service is ready, and not before', () => {
    const told = new Told().tell('due', 'asked');
    expect([told.asked(), wakeAt(told.life)]).toEqual([[], undefined]);
    expect(told.tell('ready').asked()).toEqual(['register']);
  });

  test('is followed by a heartbeat at once, and by a look at the list', () => {
    const told = new Told().tell('ready', admitted());
    expect([told.asked(), isRegistered(told.life)]).toEqual([['register', 'beat'], true]);
    expect(told.tell('heard').asked()).toEqual(['look']);
    expect([told.tell('listed').asked(), wakeAt(told.life)]).toEqual([[], told.now + 30_000]);
  });

  test('is tried for ever: after 1 s, 2 s, 4 s … 25 s, a fifth more or less, and never all at one time', () => {
    const told = new Told().tell('ready', 'refused');
    told.asked();
    const pauses = Array.from({ length: 40 }, () => {
      const from = told.now;
      expect(told.sleep().asked()).toEqual(['register']);
      told.tell('refused');
      return told.now - from;
    });
    const nominal = pauses.map((_, index) => Math.min(1000 * 2 ** index, 25_000));
    pauses.forEach((taken, index) => expect(Math.abs(taken / nominal[index]! - 1)).toBeLessThanOrEqual(0.2001));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
    expect(new Set(pauses.slice(6)).size).toBeGreaterThan(20);
  });

  test('waits as chance will have it, however often it has failed', () => {
    const waits = (failures: number): number[] => [0, 0.5, 1].map((chance) => Math.round(pause(failures, chance)));
    expect([1, 3, 6, 5000].map(waits)).toEqual([
      [800, 1000, 1200],
      [3200, 4000, 4800],
      [20_000, 25_000, 30_000],
      [20_000, 25_000, 30_000],
    ]);
  });
});

describe('who is registered', () => {
  test('beats every 30 s, and looks at the list every 60 s, after a heartbeat', () => {
    const told = registered();
    const from = told.now;
    const seen = Array.from({ length: 4 }, () => {
      const { do: call } = told.sleep().calls.splice(0)[0]!;
      told.tell('heard');
      const then = told.asked();
      told.tell('listed');
      return [told.now - from, call, ...then];
    });
    expect(seen).toEqual([
      [30_000, 'beat'],
      [60_000, 'beat', 'look'],
      [90_000, 'beat'],
      [120_000, 'beat', 'look'],
    ]);
  });

  test('looks at the list whenever a heartbeat follows a failure', () => {
    const told = registered().sleep().tell('unheard').sleep();
    expect(told.asked()).toEqual(['beat', 'beat']);
    expect(told.tell('heard').asked()).toEqual(['look']);
  });

  test('goes on beating through two failures, and with the third is not registered any more', () => {
    const told = registered();
    told.sleep().tell('unheard').sleep().tell('unheard');
    expect([isRegistered(told.life), told.asked()]).toEqual([true, ['beat', 'beat']]);
    told.sleep().tell('unheard');
    expect([isRegistered(told.life), told.asked()]).toEqual([false, ['beat']]);
    expect(told.sleep().asked()).toEqual(['register']);
    expect(isRegistered(told.tell(admitted()).life)).toBe(true);
  });

  test('counts failures in a row', () => {
    const told = registered();
    for (let round = 0; round < 5; round++)
      told.sleep().tell('unheard').sleep().tell('unheard').sleep().tell('heard', 'listed');
    expect(isRegistered(told.life)).toBe(true);
  });

  test.each([
    ['the token is not taken', ['denied']],
    ['the list is without us', ['heard', 'absent']],
  ] as const)('registers again at once when %s', (_what, facts) => {
    const told = registered().sleep().sleep();
    told.tell('heard', 'listed').sleep().asked();
    expect(
      told
        .tell(...facts)
        .asked()
        .at(-1),
    ).toBe('register');
    expect(isRegistered(told.life)).toBe(false);
    expect(told.tell(admitted('another')).asked()).toEqual(['beat']);
  });

  test.each([
    ['accepts and denies in turn', ['denied']],
    ['accepts, and lists us never', ['heard', 'absent']],
  ] as const)('asks a Hermes that %s ever more seldom', (_what, facts) => {
    const told = new Told().tell('ready');
    const pauses = Array.from({ length: 12 }, () => {
      const from = told.now;
      told.tell(admitted(), ...facts);
      if (told.asked().at(-1) !== 'register') told.sleep();
      return told.now - from;
    });
    expect(pauses.slice(0, 2)).toEqual([0, pauses[1]]);
    expect(pauses[1]).toBeGreaterThanOrEqual(800);
    expect(Math.min(...pauses.slice(7))).toBeGreaterThanOrEqual(20_000);
  });

  test('stays registered when the list cannot be read', () => {
    const told = registered().sleep().tell('heard').sleep().tell('heard', 'unseen');
    expect([isRegistered(told.life), told.asked()]).toEqual([true, ['beat', 'beat', 'look']]);
    expect(wakeAt(told.life)).toBe(told.now + 30_000);
  });
});

describe('a token', () => {
  test('is renewed at 5/6 of its life, and beats at once', () => {
    const told = new Told().tell('ready');
    const from = told.now;
    told.tell(admitted('old', HOUR), 'heard', 'listed').asked();
    for (let calls: string[] = []; !calls.includes('register'); calls = told.asked()) {
      told.sleep();
      if (told.calls.at(-1)?.do === 'beat') told.tell('heard', 'listed');
    }
    expect(told.now - from).toBe((HOUR * 5) / 6);
    expect(isRegistered(told.life)).toBe(true);
    const [beat] = told.tell(admitted('new')).calls.splice(0);
    expect(beat).toMatchObject({ do: 'beat' });
    expect(beat?.do === 'beat' && beat.membership.token.reveal()).toBe('new');
  });

  test('whose renewal fails goes on beating, and the renewal is tried again', () => {
    const told = new Told().tell('ready', admitted('old', 60_000), 'heard', 'listed');
    told.asked();
    const made: string[] = [];
    while (told.now < 1_200_000) {
      const call = told.sleep().asked().at(-1)!;
      made.push(call);
      told.tell(call === 'register' ? 'refused' : 'heard', 'listed');
      expect(isRegistered(told.life)).toBe(true);
    }
    expect(made.filter((call) => call === 'register').length).toBeGreaterThan(4);
    expect(made.filter((call) => call === 'beat').length).toBeGreaterThan(4);
  });

  test.each([0, -5, 1])('of %d ms is no reason to ask without end', (lasts) => {
    const told = new Told().tell('ready', admitted('short', lasts), 'heard', 'listed');
    expect(wakeAt(told.life)! - told.now).toBeGreaterThanOrEqual(1000);
  });

  test('cannot be shown by accident', () => {
    const token = new Token('s3cret-token');
    const shown = [
      String(token),
      JSON.stringify({ token }),
      inspect(token),
      inspect({ a: [token] }, { depth: 9, showHidden: true }),
    ];
    const spread = inspect({ ...token });
    expect([...shown, spread, Object.keys(token).join()].join()).not.toContain('s3cret');
    expect(token.reveal()).toBe('s3cret-token');
  });
});

describe('being asked to register', () => {
  test('is a renewal for who is registered, and the next attempt for who is not', () => {
    const told = registered().tell('asked');
    expect([told.asked(), isRegistered(told.life)]).toEqual([['register'], true]);
    const other = new Told().tell('ready', 'refused');
    other.asked();
    expect(other.tell('asked').asked()).toEqual(['register']);
  });

  test('while a call is under way changes nothing', () => {
    const told = new Told().tell('ready', 'asked', 'asked');
    expect(told.asked()).toEqual(['register']);
    expect(told.tell(admitted(), 'asked').asked()).toEqual(['beat']);
  });
});

describe('leaving', () => {
  test.each([
    ['before it began', new Told(), [], 'gone'],
    ['with nothing to take back', new Told().tell('ready', 'refused'), [], 'gone'],
    ['while registered', registered(), ['leave'], 'leaving'],
    ['while a heartbeat is under way', registered().sleep(), ['leave'], 'leaving'],
    [
      'after three failures, for Hermes may list us still',
      registered().sleep().tell('unheard').sleep().tell('unheard').sleep().tell('unheard'),
      ['leave'],
      'leaving',
    ],
    ['while the first registration is under way', new Told().tell('ready'), [], 'waiting-to-leave'],
    ['while a renewal is under way', registered().tell('asked'), [], 'waiting-to-leave'],
  ] as const)('%s', (_when, told, calls, at) => {
    told.asked();
    expect([told.tell('stopped').asked(), told.life.at]).toEqual([calls, at]);
  });

  test('takes back the registration that was under way', () => {
    const told = new Told().tell('ready', 'stopped', admitted('just given'));
    const leave = told.calls.at(-1);
    expect(leave?.do === 'leave' && leave.membership.token.reveal()).toBe('just given');
  });

  test('takes back the old one when the renewal fails', () => {
    expect(registered().tell('asked', 'stopped', 'refused').asked()).toEqual(['register', 'leave']);
  });

  test('is said once, and nothing follows', () => {
    const told = registered().tell(
      'stopped',
      'heard',
      'denied',
      admitted(),
      'due',
      'asked',
      'stopped',
      'left',
      'ready',
      'due',
    );
    expect([told.asked(), told.life.at, wakeAt(told.life)]).toEqual([['leave'], 'gone', undefined]);
  });
});

test('whatever happens in whatever order, at most one call is under way and leaving is said at most once (L1, L3)', () => {
  const seed = seedOf('the life of a registration');
  const random = new Chance(seed);
  for (let life = 0; life < 300; life++) {
    const told = new Told();
    let open: Call['do'] | undefined;
    let left = 0;
    const answers = {
      register: ['refused', 'admitted'],
      beat: ['heard', 'denied', 'unheard'],
      look: ['listed', 'absent', 'unseen'],
      leave: ['left'],
    } as const;
    for (let turn = 0; turn < 60; turn++) {
      const any = ['ready', 'due', 'asked', ...(turn > 40 ? (['stopped'] as const) : [])] as const;
      const mine = open !== undefined && random.happens(0.6) ? random.pick(answers[open]) : undefined;
      told.now += random.below(40_000);
      told.tell(mine === 'admitted' ? admitted() : (mine ?? random.pick(any)));
      if (mine) open = undefined;
      for (const { do: call } of told.calls.splice(0)) {
        if (call === 'leave') left += 1;
        else expect([seed, open]).toEqual([seed, undefined]);
        open = call;
      }
    }
    expect(left).toBeLessThanOrEqual(1);
  }
});
