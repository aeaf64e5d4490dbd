import { isRefusal } from './redis-connection.ts';
import { RESUBSCRIBE_MS } from './redis-limits.ts';
import type { RedisLink } from './redis-link.ts';

/** One call of `subscribe` that waits for its channels. */
interface Call {
  waitsFor: number;
  readonly subscriptions: Subscription[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A channel that is wanted, from the call that wants it until the one that no longer does. */
interface Subscription {
  readonly channel: string;
  /** Undefined while no server is known to carry the channel. */
  link: RedisLink | undefined;
  /** Asked for on the present connection, and confirmed there. */
  state: 'off' | 'sent' | 'on';
  /** It has been in place before, so that moving it to another server may miss something. */
  isOld: boolean;
  readonly calls: Set<Call>;
  lastCall: Call;
}

export interface SubscriptionsOptions {
  readonly linkFor: (channel: string) => RedisLink | undefined;
  /** A server says that it does not carry a channel, or not now. */
  readonly putOff: (link: RedisLink, refusal: string) => void;
  /** Messages may have been missed on a channel, which is to be had from `link` now. */
  readonly interrupted: (link: RedisLink, channel: string) => void;
  /** Every subscription on a link is in place; may come from within a call. */
  readonly complete: (link: RedisLink) => void;
}

/** Refusals that pass by themselves, or once the channel's server is known. */
const PASSING = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|BUSY)\b/;

/**
 * What a node wants to be subscribed to, over all servers. A wish lasts until it is withdrawn: while its server is
 * away the call waits, and what had been confirmed is asked for again. Only a server's refusal ends it otherwise.
 */
export class RedisSubscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #wanted = new Map<string, Subscription>();
  readonly #byLink = new Map<RedisLink, Set<Subscription>>();
  /** How many of a link's subscriptions are not in place. */
  readonly #missing = new Map<RedisLink, number>();
  /** Subscriptions for which there is no server. */
  #adrift = 0;
  /** How a server has refused or put off a subscription, until one is accepted. */
  #refusal: string | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  has(channel: string): boolean {
    return this.#wanted.has(channel);
  }

  isComplete(link: RedisLink): boolean {
    return (this.#missing.get(link) ?? 0) === 0;
  }

  /** A sentence on why something is not subscribed, unless it is only under way. */
  get trouble(): string | undefined {
    if (this.#adrift > 0) return 'no server is known to carry some of the channels';
    if (this.#refusal === undefined) return undefined;
    for (const missing of this.#missing.values()) if (missing > 0) return this.#refusal;
    return undefined;
  }

  subscribe(channels: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const call: Call = { waitsFor: 0, subscriptions: [], resolve, reject };
      const fresh = new Set<RedisLink>();
      for (const channel of new Set(channels)) {
        let subscription = this.#wanted.get(channel);
        if (subscription === undefined) {
          subscription = { channel, link: undefined, state: 'off', isOld: false, calls: new Set(), lastCall: call };
          this.#wanted.set(channel, subscription);
          this.#adrift++;
          this.#place(subscription);
          if (subscription.link !== undefined) fresh.add(subscription.link);
        }
        subscription.lastCall = call;
        call.subscriptions.push(subscription);
        if (subscription.state === 'on') continue;
        subscription.calls.add(call);
        call.waitsFor++;
      }
      if (call.waitsFor === 0) resolve();
      for (const link of fresh) this.#send(link, call.subscriptions);
    });
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    const asked = new Map<RedisLink, Subscription[]>();
    for (const channel of new Set(channels)) {
      const subscription = this.#wanted.get(channel);
      if (subscription === undefined) continue;
      const { link, state } = subscription;
      this.#remove(subscription);
      if (link === undefined || state === 'off') continue;
      const list = asked.get(link);
      if (list === undefined) asked.set(link, [subscription]);
      else list.push(subscription);
    }
    await Promise.all([...asked].flatMap(([link, list]) => this.#unsend(link, list)));
  }

  /** A link's connection is new: nothing is subscribed on it. */
  fresh(link: RedisLink): void {
    this.lost(link);
    this.#send(link, this.#byLink.get(link) ?? []);
  }

  /** A link's connection is lost, and all that was subscribed on it. */
  lost(link: RedisLink): void {
    for (const subscription of this.#byLink.get(link) ?? []) this.#change(subscription, 'off');
  }

  /** A server has ended subscriptions: what it no longer holds is asked for again, there first. */
  bereft(link: RedisLink): void {
    const held = link.subscriber.heldChannels();
    for (const subscription of this.#byLink.get(link) ?? []) {
      if (subscription.state !== 'on' || held.has(subscription.channel)) continue;
      this.#change(subscription, 'off');
      this.#options.interrupted(link, subscription.channel);
    }
    this.#send(link, this.#byLink.get(link) ?? []);
  }

  /** Other servers carry some of the channels now. */
  rerouted(): void {
    const links = new Set<RedisLink>();
    for (const subscription of this.#wanted.values()) {
      if (!this.#place(subscription) || subscription.link === undefined) continue;
      links.add(subscription.link);
      if (subscription.isOld) this.#options.interrupted(subscription.link, subscription.channel);
    }
    for (const link of links) this.#send(link, this.#byLink.get(link) ?? []);
  }

  /** Nothing is wanted any more; who waits is told why. */
  close(error: Error): void {
    clearTimeout(this.#retry);
    for (const { calls } of this.#wanted.values()) for (const call of calls) call.reject(error);
    this.#wanted.clear();
    this.#byLink.clear();
    this.#missing.clear();
    this.#adrift = 0;
  }

  /** Brings a subscription to the link that carries its channel; true when that is another than before. */
  #place(subscription: Subscription): boolean {
    const link = this.#options.linkFor(subscription.channel);
    if (link === subscription.link) return false;
    this.#take(subscription);
    subscription.state = 'off';
    subscription.link = link;
    if (link === undefined) this.#adrift++;
    else {
      this.#missing.set(link, (this.#missing.get(link) ?? 0) + 1);
      const all = this.#byLink.get(link);
      if (all === undefined) this.#byLink.set(link, new Set([subscription]));
      else all.add(subscription);
    }
    return true;
  }

  /** Takes a subscription from the link that it is placed on. */
  #take(subscription: Subscription): void {
    const { link } = subscription;
    if (link === undefined) {
      this.#adrift--;
      return;
    }
    this.#change(subscription, 'on');
    const all = this.#byLink.get(link);
    all?.delete(subscription);
    if (all?.size !== 0) return;
    this.#byLink.delete(link);
    this.#missing.delete(link);
  }

  #change(subscription: Subscription, state: Subscription['state']): void {
    const { link } = subscription;
    const step = Number(state !== 'on') - Number(subscription.state !== 'on');
    subscription.state = state;
    if (link !== undefined && step !== 0) this.#missing.set(link, (this.#missing.get(link) ?? 0) + step);
  }

  #remove(subscription: Subscription): void {
    this.#wanted.delete(subscription.channel);
    const { link } = subscription;
    this.#take(subscription);
    for (const call of subscription.calls) settle(call);
    subscription.calls.clear();
    if (link !== undefined && this.isComplete(link)) this.#options.complete(link);
  }

  /** Asks for those of the subscriptions that are on this link and not asked for. */
  #send(link: RedisLink, subscriptions: Iterable<Subscription>): void {
    if (!link.subscriber.connection.isReady) return;
    const due: Subscription[] = [];
    for (const subscription of subscriptions) {
      if (subscription.link !== link || subscription.state !== 'off') continue;
      subscription.state = 'sent';
      due.push(subscription);
    }
    if (due.length === 0) {
      if (this.isComplete(link)) this.#options.complete(link);
      return;
    }
    link.subscriber.inOneWrite(() => {
      for (const group of link.subscriber.group(due)) {
        link.subscriber.subscribe(group.map(({ channel }) => channel)).then(
          () => this.#accepted(link, group),
          (error: unknown) => this.#declined(link, group, error),
        );
      }
    });
  }

  #unsend(link: RedisLink, subscriptions: readonly Subscription[]): Promise<void>[] {
    if (!link.subscriber.connection.isReady) return [];
    const ended: Promise<void>[] = [];
    link.subscriber.inOneWrite(() => {
      for (const group of link.subscriber.group(subscriptions)) {
        ended.push(link.subscriber.unsubscribe(group.map(({ channel }) => channel)));
      }
    });
    return ended;
  }

  #accepted(link: RedisLink, group: readonly Subscription[]): void {
    this.#refusal = undefined;
    for (const subscription of group) {
      if (!this.#isSent(link, subscription)) continue;
      this.#change(subscription, 'on');
      subscription.isOld = true;
      for (const call of subscription.calls) settle(call);
      subscription.calls.clear();
    }
    if (this.isComplete(link)) this.#options.complete(link);
  }

  #declined(link: RedisLink, group: readonly Subscription[], error: unknown): void {
    const due = group.filter((subscription) => this.#isSent(link, subscription));
    for (const subscription of due) subscription.state = 'off';
    // With a lost connection everything is asked for again as soon as there is another.
    if (due.length === 0 || !isRefusal(error)) return;
    const isPassing = PASSING.test(error.message);
    this.#refusal = `${link.name}: ${error.message}`;
    for (const subscription of isPassing ? [] : due) {
      for (const call of [...subscription.calls]) this.#fail(call, error);
    }
    this.#retry ??= setTimeout(() => this.#again(), RESUBSCRIBE_MS);
    if (isPassing) this.#options.putOff(link, error.message);
  }

  #again(): void {
    this.#retry = undefined;
    for (const [link, subscriptions] of this.#byLink) this.#send(link, subscriptions);
  }

  /** None of the call's channels is subscribed, unless a later call wants it too. */
  #fail(call: Call, error: Error): void {
    const undone = call.subscriptions.filter(
      (subscription) => subscription.lastCall === call && this.#wanted.get(subscription.channel) === subscription,
    );
    for (const subscription of call.subscriptions) subscription.calls.delete(call);
    void this.unsubscribe(undone.map(({ channel }) => channel));
    call.reject(error);
  }

  #isSent(link: RedisLink, subscription: Subscription): boolean {
    const isWanted = this.#wanted.get(subscription.channel) === subscription;
    return isWanted && subscription.link === link && subscription.state === 'sent';
  }
}

function settle(call: Call): void {
  if (--call.waitsFor === 0) call.resolve();
}
