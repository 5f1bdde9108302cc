import type { Instant, Json, Millis } from '../../kernel/index.js';
import type { Listed } from '../../tekton/utilities/registration/index.js';

/** Heartbeats come every 30 s; who was not heard for so long is gone. As Hermes itself counts. */
const ALIVE: Millis = 60_000;

export interface Peer {
  readonly name: string;
  /** An origin. */
  readonly base: string;
  /** Whether calls may go there. */
  readonly isTrusted: boolean;
}

export interface PeerDirectoryOptions {
  /** Our own name: we are no peer of ours. */
  readonly self: string;
  /** Whether calls may go to an address that anybody can have registered. */
  readonly trusts: (endpoint: URL) => boolean;
}

/** A name that somebody can call. */
const NAME = /^[A-Za-z][\w .-]{0,127}$/;

/** `tekton-core`, `Tekton Core` and `TEKTON_CORE` are one. */
const keyOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '_');

/**
 * The components that Hermes lists, as last seen. Nothing here waits for Hermes. Of entries with one name the one counts
 * that was heard last; one that was heard, and not lately, is a ghost. Python's components are never heard, for their
 * heartbeats are refused: among those the latest registration counts, after all that are.
 */
export class PeerDirectory {
  private peers: ReadonlyMap<string, Peer> = new Map();
  private offered: readonly Json[] | undefined;

  constructor(private readonly options: PeerDirectoryOptions) {}

  /** The base address of a component; undefined: Hermes lists none that is trusted. */
  readonly baseOf = (component: string): string | undefined => {
    const peer = this.peers.get(keyOf(component));
    return peer?.isTrusted ? peer.base : undefined;
  };

  all(): readonly Peer[] {
    return [...this.peers.values()];
  }

  /** Tools that Hermes lists, as it says them; undefined: nobody reads the list here. */
  get tools(): readonly Json[] | undefined {
    return this.offered;
  }

  /** From now on the list of tools is read in the background; until then it is empty. */
  follow(): void {
    this.offered ??= [];
  }

  offer(tools: readonly Json[]): void {
    this.offered = tools;
  }

  /** Takes the place of what was seen before. */
  see(list: readonly Listed[]): void {
    // The latest sign of anybody is the time at Hermes, near enough: its clock need not be ours.
    const now = list.reduce((latest, { heard = -Infinity }) => Math.max(latest, heard), -Infinity);
    const best = new Map<string, Listed>();
    for (const entry of list) {
      const key = keyOf(entry.name);
      if (entry.name === '' || key === keyOf(this.options.self) || isGhost(entry, now)) continue;
      const other = best.get(key);
      if (!other || comesBefore(entry, other)) best.set(key, entry);
    }
    this.peers = new Map([...best].flatMap(([key, entry]) => this.peerOf(key, entry)));
  }

  private peerOf(key: string, { name, endpoint }: Listed): [string, Peer][] {
    if (!NAME.test(name) || !URL.canParse(endpoint)) return [];
    const url = new URL(endpoint);
    // Only an origin is a base: a name, a path or a query in it would send the calls elsewhere.
    if (!/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) return [];
    return [[key, { name, base: url.origin, isTrusted: this.options.trusts(url) }]];
  }
}

const isGhost = ({ heard }: Listed, now: Instant): boolean => heard !== undefined && heard < now - ALIVE;

const comesBefore = (one: Listed, other: Listed): boolean =>
  one.heard === other.heard ? one.registered > other.registered : (one.heard ?? -Infinity) > (other.heard ?? -Infinity);
