import { tileOf } from '../../shared/grid.ts';
import type { FoundPerson } from '../../shared/moderation.ts';
import { STANDING } from '../../shared/motion.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { freePlace } from '../free-place.ts';
import type { Session } from '../gateway/session.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world/world.ts';
import { MAX_FOUND, NOBODY_THERE, type NoticeTopic, type Obeyed, type Order } from './order.ts';
import { type RuleBook, ruleWords } from './rule-book.ts';

export interface EnforcerOptions {
  /** This node's name. */
  readonly node: string;
  readonly sessions: () => Iterable<Session>;
  readonly sessionOf: (player: number) => Session | undefined;
  readonly world: Pick<World, 'halt' | 'teleport'>;
  readonly terrain: Terrain;
  readonly store: Pick<Store, 'editsOf' | 'rules'>;
  readonly rules: RuleBook;
  /** Other rules hold than before. */
  readonly rulesChanged: () => void;
  /** An input of a player, if that is here, is to be followed, and what becomes of it told. */
  readonly follow: (player: number, id: number) => void;
  /** News from another node, for those who look on. */
  readonly noticed: (topic: NoticeTopic, value: unknown) => void;
  /** The store did not do what it was asked for. */
  readonly storeFailed: (error: unknown) => void;
}

/** Carries out at one node what those who run the world want. */
export class Enforcer {
  readonly #options: EnforcerOptions;
  /** The rules as they were last read. */
  #read = '[]';

  constructor(options: EnforcerOptions) {
    this.#options = options;
  }

  /** Does it as far as it concerns this node; what the store does not let it do is left. */
  async obey(order: Order): Promise<Obeyed> {
    try {
      return await this.#obey(order);
    } catch (error) {
      this.#options.storeFailed(error);
      return NOBODY_THERE;
    }
  }

  /** Reads the rules again, and ends the sessions that they do not allow. @throws StoreError */
  async readRules(): Promise<void> {
    const { rules, store } = this.#options;
    const texts = await store.rules();
    const read = JSON.stringify([...texts].sort());
    const isChanged = read !== this.#read;
    this.#read = read;
    if (isChanged) rules.replace(texts);
    // Also where nothing has changed: somebody may have been on their way in when it did.
    for (const session of [...this.#options.sessions()]) {
      const player = session.joined?.player.id;
      const { address } = session;
      const ban =
        (player === undefined ? undefined : rules.banOf(player)) ??
        (address === undefined ? undefined : rules.addressBanOf(address));
      if (ban !== undefined) session.dismiss('banned', ruleWords(ban));
    }
    if (isChanged) this.#options.rulesChanged();
  }

  async #obey(order: Order): Promise<Obeyed> {
    switch (order.kind) {
      case 'seek':
        return { people: this.#seek(order.text) };
      case 'kick': {
        const session = this.#options.sessionOf(order.player);
        const people = session === undefined ? [] : this.#personOf(session);
        session?.dismiss('kicked', order.reason);
        return { people };
      }
      case 'teleport':
        return this.#teleport(order.player, [order.tileX, order.tileY]);
      case 'announce':
        for (const { joined } of this.#options.sessions()) joined?.tell({ type: 'announced', text: order.text });
        return NOBODY_THERE;
      case 'rules':
        await this.readRules();
        return NOBODY_THERE;
      case 'follow': {
        this.#options.follow(order.player, order.id);
        const session = this.#options.sessionOf(order.player);
        return { people: session === undefined ? [] : this.#personOf(session) };
      }
      case 'notice':
        this.#options.noticed(order.topic, order.value);
        return NOBODY_THERE;
    }
  }

  #seek(text: string): FoundPerson[] {
    const [, id] = /^#(\d{1,10})$/.exec(text.trim()) ?? [];
    if (id !== undefined) {
      const session = this.#options.sessionOf(Number(id));
      return session === undefined ? [] : this.#personOf(session);
    }
    const found: FoundPerson[] = [];
    const part = text.trim().toLocaleLowerCase();
    for (const session of this.#options.sessions()) {
      if (session.joined?.player.name.toLocaleLowerCase().includes(part) === true)
        found.push(...this.#personOf(session));
      if (found.length >= MAX_FOUND) break;
    }
    return found;
  }

  async #teleport(id: number, at: readonly [tileX: number, tileY: number]): Promise<Obeyed> {
    const { sessionOf, store, terrain, world } = this.#options;
    if (sessionOf(id) === undefined) return NOBODY_THERE;
    const place = await freePlace(store, terrain, at);
    // They may have left meanwhile.
    const session = sessionOf(id);
    const player = session?.joined?.player;
    if (session === undefined || player === undefined || place === undefined) return NOBODY_THERE;
    if (player.heading !== STANDING) world.halt(player);
    world.teleport(player, place.x, place.y);
    return { people: this.#personOf(session) };
  }

  #personOf({ joined, address }: Session): FoundPerson[] {
    if (joined === undefined) return [];
    const { id, name, x, y } = joined.player;
    return [{ id, name, node: this.#options.node, tileX: tileOf(x), tileY: tileOf(y), address: address ?? null }];
  }
}
