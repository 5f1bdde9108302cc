import type { Json } from '../../../kernel/index.js';
import { mentionsIn, type Mention } from '../word/index.js';
import { fitOf, flagOf, type Fit } from './fit.js';
import { sentenceOf, type Sentence } from './nearness.js';
import { formatOfItems, type Slot } from './slot.js';

/** A slot with a value out of the words. */
export interface FilledSlot {
  readonly name: string;
  readonly value: Json;
  /** The words that it was taken from. */
  readonly text: string;
}

export interface Filling {
  readonly filled: readonly FilledSlot[];
  /** 0 to 1: of the addresses, numbers, days, places and quoted texts of the words, the share that found a slot. */
  readonly share: number;
}

/** What has to be worth it at least. */
const ENOUGH = 1;
const ASSIGNED = 100;
/** Words that are looked at, and of all else that is named: more than anybody says of one workflow. */
const MOST_WORDS = 400;
const MOST_NAMED = 100;

interface Offer extends Fit {
  readonly slot: Slot;
  readonly mention: Mention;
}

/** `name: value`, `name=value`: no doubt is left. */
const assigned = ({ text, mentions }: Sentence, slot: Slot): Offer | undefined => {
  const words = slot.name.split('_').filter((word) => word !== '');
  const form = new RegExp(String.raw`(?<![\p{L}\p{N}_])${words.join('[ _-]?')}\s?(?:=|:)\s?`, 'iu');
  const found = form.exec(text);
  if (!found) return undefined;
  const at = found.index + found[0].length;
  const mention = mentions.find((one) => one.at === at);
  const value = mention && valueFor(slot, mention, text);
  return mention && value !== undefined && slot.fits(value) ? { slot, mention, value, worth: ASSIGNED } : undefined;
};

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

const valueFor = (slot: Slot, mention: Mention, text: string): Json | undefined => {
  const said = text.slice(mention.at, mention.end);
  if (slot.kind === 'boolean') return FLAGS[said.toLowerCase()];
  if (slot.kind === 'text') return mention.is === 'quoted' ? mention.value : said;
  if (slot.kind === 'list')
    return mention.is === 'quoted' || mention.is === 'email' ? [mention.value] : unshared(mention);
  return unshared(mention);
};

const unshared = (mention: Mention): Json => (mention.is === 'list' ? [...mention.value] : mention.value);

class Filler {
  private readonly filled = new Map<string, FilledSlot>();
  private readonly used: Mention[] = [];

  constructor(
    private readonly sentence: Sentence,
    private readonly slots: readonly Slot[],
  ) {}

  fill(): Filling {
    for (const slot of this.slots) {
      const offer = assigned(this.sentence, slot);
      if (offer) this.take(offer);
    }
    this.offered()
      .sort(byWorth)
      .forEach((offer) => this.take(offer));
    this.soleOnes();
    this.flags();
    const inOrder = this.slots.flatMap(({ name }) => this.filled.get(name) ?? []);
    return { filled: inOrder, share: this.share() };
  }

  private offered(): Offer[] {
    const { mentions } = this.sentence;
    return this.slots.flatMap((slot) =>
      mentions.flatMap((mention): Offer[] => {
        const fit = fitOf(this.sentence, slot, mention);
        return fit && fit.worth >= ENOUGH ? [{ slot, mention, ...fit }] : [];
      }),
    );
  }

  /** Takes an offer when slot and words are still free. A list of addresses takes all of them. */
  private take({ slot, mention, value }: Offer): void {
    if (this.filled.has(slot.name) || this.isUsed(mention)) return;
    const others = slot.kind === 'list' && mention.is === 'email' ? this.furtherEmails(slot, mention) : [];
    const all = [...(Array.isArray(value) ? (value as Json[]) : []), ...others.map((one) => one.value)];
    const whole: Json = others.length > 0 && slot.fits(all) ? all : value;
    const taken = whole === all ? [mention, ...others] : [mention];
    this.used.push(...taken);
    const texts = taken.map(({ at, end }) => this.sentence.text.slice(at, end));
    this.filled.set(slot.name, { name: slot.name, value: whole, text: texts.join(', ') });
  }

  private furtherEmails(slot: Slot, first: Mention): readonly Mention[] {
    const takesAll = formatOfItems(slot) === 'email' || !this.slots.some(({ kind }) => kind === 'email');
    return this.sentence.mentions.filter(
      (one) => takesAll && one.is === 'email' && one.at > first.at && !this.isUsed(one),
    );
  }

  private isUsed({ at, end }: Mention): boolean {
    return this.used.some((one) => one.at < end && at < one.end);
  }

  /** One text, or one number, that is left, and one place for it: there is nothing else that it could mean. */
  private soleOnes(): void {
    for (const [kind, is] of [
      ['text', 'quoted'],
      ['number', 'number'],
    ] as const) {
      const open = this.slots.filter((slot) => slot.kind === kind && !this.filled.has(slot.name));
      const needed = open.filter(({ parameter }) => parameter.required && parameter.default === undefined);
      const all = this.slots.filter((slot) => slot.kind === kind);
      const slot = needed.length === 1 ? needed[0] : all.length === 1 ? open[0] : undefined;
      const left = this.sentence.mentions.filter((mention) => mention.is === is && !this.isUsed(mention));
      const [mention] = left;
      if (!slot || !mention || left.length > 1 || !slot.fits(mention.value)) continue;
      this.take({ slot, mention, value: mention.value, worth: ENOUGH });
    }
  }

  private flags(): void {
    for (const { name, kind, ...slot } of this.slots) {
      if (kind !== 'boolean' || this.filled.has(name)) continue;
      const value = flagOf(this.sentence, { name, kind, ...slot });
      if (value !== undefined) this.filled.set(name, { name, value, text: name.replaceAll('_', ' ') });
    }
  }

  private share(): number {
    const telling = this.sentence.mentions.filter(({ is }) => is !== 'word' && is !== 'list');
    if (telling.length === 0) return 0;
    return telling.filter((mention) => this.isUsed(mention)).length / telling.length;
  }
}

/** Most worth first; then by the order of slots and words, so that the same words always give the same. */
const byWorth = (a: Offer, b: Offer): number =>
  b.worth - a.worth || a.mention.at - b.mention.at || b.mention.end - a.mention.end;

/**
 * Values for parameters, out of words: by type, format and choices of their schemas, and by how near the words of their
 * names and descriptions stand. What is doubtful stays open: a wrong value is worse than a question. Deterministic.
 */
export const fillSlots = (sentence: Sentence, slots: readonly Slot[]): Filling => new Filler(sentence, slots).fill();

/** A sentence as slots are filled from it. */
export const readSentence = (text: string): Sentence => {
  const left = { words: MOST_WORDS, named: MOST_NAMED };
  const mentions = mentionsIn(text).filter(({ is }) => (is === 'word' ? left.words-- : left.named--) > 0);
  return sentenceOf(text, mentions);
};
