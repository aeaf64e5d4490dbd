import { ALWAYS_WELL, type Broker, type BrokerStatus, type ConnectBroker, type Publication } from './broker.ts';

interface Hold {
  count: number;
  /** Settles as the subscription does. */
  subscribed: Promise<void>;
  /** The broker would not let go of the channel, and nobody knows whether it has. */
  isDoubtful: boolean;
}

/**
 * A broker on which one node may subscribe to a channel several times, as when several squares share one: the first
 * time subscribes, the last `unsubscribe` ends it. Everything else is as on the broker behind it.
 */
export function holdChannels(connect: ConnectBroker): ConnectBroker {
  return (events) => new HeldChannels(connect(events));
}

class HeldChannels implements Broker {
  readonly #broker: Broker;
  readonly #holds = new Map<string, Hold>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  get status(): BrokerStatus {
    return this.#broker.status ?? ALWAYS_WELL;
  }

  publish(messages: readonly Publication[]): void {
    this.#broker.publish(messages);
  }

  close(): Promise<void> {
    return this.#broker.close();
  }

  async subscribe(names: readonly string[]): Promise<void> {
    const fresh = [...new Set(names)].filter((name) => this.#holds.get(name)?.isDoubtful ?? true);
    const subscribing = fresh.length > 0 ? this.#broker.subscribe(fresh) : Promise.resolve();
    for (const name of fresh) {
      this.#holds.set(name, { count: this.#holds.get(name)?.count ?? 0, subscribed: subscribing, isDoubtful: false });
    }
    const held = names.map((name) => this.#holds.get(name) as Hold);
    for (const hold of held) hold.count++;
    const outcomes = await Promise.allSettled(held.map(({ subscribed }) => subscribed));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return;
    const isStillHeld = (name: string, i: number): boolean => this.#holds.get(name) === held[i];
    const idle = names.filter(
      (name, i) => isStillHeld(name, i) && this.#release(name) && outcomes[i]?.status === 'fulfilled',
    );
    // Others may hold them still, and the broker says that they are not subscribed: the next one asks again.
    for (const [i, hold] of held.entries()) if (outcomes[i]?.status === 'rejected') hold.isDoubtful = true;
    if (idle.length > 0) await this.#letGo(idle);
    throw failed.reason;
  }

  async unsubscribe(names: readonly string[]): Promise<void> {
    const idle = names.filter((name) => this.#release(name));
    if (idle.length > 0) await this.#letGo(idle);
  }

  /** Takes one hold away; true when it was the last. */
  #release(name: string): boolean {
    const hold = this.#holds.get(name);
    if (hold === undefined) return true;
    if (--hold.count > 0) return false;
    this.#holds.delete(name);
    return true;
  }

  async #letGo(names: readonly string[]): Promise<void> {
    try {
      await this.#broker.unsubscribe(names);
    } catch (error) {
      // Whoever asked will ask again; until then the channel is theirs.
      for (const name of names) {
        const hold = this.#holds.get(name);
        if (hold === undefined) this.#holds.set(name, { count: 1, subscribed: Promise.resolve(), isDoubtful: true });
        else hold.count++;
      }
      throw error;
    }
  }
}
