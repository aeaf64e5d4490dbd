import { STANDING } from '../../shared/motion.ts';
import type { BoardWatch, Edit, Emote, ProfileChange, Say } from '../../shared/protocol.ts';
import { assertNever } from '../../shared/protocol.ts';
import type { Grid } from '../grid/grid.ts';
import { type RuleBook, ruleWords } from '../moderation/rule-book.ts';
import type { Place, Store } from '../store/store.ts';
import { cleanName } from '../world/names.ts';
import type { World, WorldEvents } from '../world/world.ts';
import { Account, type Allowance } from './account.ts';
import type { Lookout } from './actor.ts';
import { Builder, type BuilderOptions } from './builder.ts';
import { Company } from './company.ts';
import type { GemFinder } from './gem-finder.ts';
import { Leaderboard } from './leaderboard.ts';
import { HOME_TICKS, MAX_UNDER_WAY } from './limits.ts';
import { Refusal, refusalSentence } from './refusal.ts';
import { Whispers } from './whispers.ts';
import type { WordFilter } from './word-filter.ts';
import { cleanText, readUtterance, rollDice } from './words.ts';

/** What a player asks for besides walking and looking. */
export type Request = ProfileChange | Edit | Say | Emote | BoardWatch;

export interface ActionsOptions extends BuilderOptions {
  /** This node's name. */
  readonly node: string;
  readonly store: Store;
  readonly grid: Grid;
  readonly world: World;
  readonly gems: GemFinder;
  readonly lookouts: () => Iterable<Lookout>;
  readonly lookoutOf: (id: number) => Lookout | undefined;
  /** A place where one may appear. */
  readonly spawn: () => Place;
  readonly monotonic: () => number;
  /** From [0, 1). */
  readonly random: () => number;
  /** Words that are not for here; without it there are none. */
  readonly filter?: () => WordFilter;
  /** Who may not speak; without it everybody may. */
  readonly rules?: Pick<RuleBook, 'areaAt' | 'muteOf'>;
  /** The store did not do what it was asked for. */
  readonly storeFailed: (error: unknown) => void;
  /** A fault of ours: a person has to look at it. */
  readonly faulted: (error: unknown) => void;
}

/** What an answer may say besides that it is done. */
interface Outcome {
  readonly revision?: number;
  readonly before?: number;
}

const DONE: Outcome = {};

/**
 * What players do besides walking. Every request is checked, then kept by the store, then told to everybody near, and
 * only then acknowledged; one that is refused has changed nothing, and is answered with a sentence. Only where the store
 * itself did not answer nobody knows whether it was kept.
 */
export class Actions {
  readonly company: Company;
  readonly whispers: Whispers;
  readonly counters = { edits: 0, lines: 0, whispers: 0, refused: 0, failed: 0 };
  readonly #options: ActionsOptions;
  readonly #builder: Builder;
  readonly #board: Leaderboard;
  /** Of those who have asked for something, or have a home. */
  readonly #accounts = new WeakMap<Lookout, Account>();

  constructor(options: ActionsOptions) {
    const { grid, world, random, store, storeFailed, node, lookouts, lookoutOf } = options;
    this.#options = options;
    this.#builder = new Builder(options);
    this.#board = new Leaderboard({ store, failed: storeFailed });
    this.company = new Company({ grid, world, random });
    this.whispers = new Whispers({ node, membership: grid.membership, actors: lookouts, actorOf: lookoutOf });
  }

  /** A player has come. */
  entered(who: Lookout, home: Place | undefined): void {
    if (home !== undefined) this.#accounts.set(who, new Account(home));
    void this.#options.gems.tellScore(who.player.id);
  }

  left(who: Lookout): void {
    this.#board.gone(who);
  }

  /** Takes a request; the answer comes when it is kept. */
  take(who: Lookout, request: Request): void {
    const account = this.#accountOf(who);
    switch (request.type) {
      case 'emote':
        if (account.draw('emotes', this.#options.monotonic())) {
          this.#options.grid.emoted(squareOf(who), who.player.id, request.emote);
        }
        break;
      case 'board':
        this.#board.watch(who, request.isShown);
        break;
      default:
        void this.#answer(who, account, request);
    }
  }

  /** What the world has noticed since the last flush. */
  noticed({ touched }: Pick<WorldEvents, 'touched'>): void {
    for (const touch of touched) void this.#options.gems.touched(touch, this.#options.world.tick);
  }

  /** Once a second. */
  settle(round: number): void {
    const { world, gems, lookouts } = this.#options;
    this.whispers.settle(world.tick);
    gems.settle(world.tick);
    world.sweep();
    if (round % 2 === 1) return;
    void this.#board.settle();
    this.company.settle([...lookouts()]);
  }

  async #answer(who: Lookout, account: Account, request: ProfileChange | Edit | Say): Promise<void> {
    const { n } = request;
    try {
      if (account.underWay >= MAX_UNDER_WAY) throw new Refusal('Too much at once: wait a moment.');
      account.underWay++;
      try {
        const { revision = null, before = null } = await this.#do(who, account, request);
        who.tell({ type: 'done', n, revision, before });
      } finally {
        account.underWay--;
      }
    } catch (error) {
      const sentence = refusalSentence(error);
      if (error instanceof Refusal) this.counters.refused++;
      else this.counters.failed++;
      if (sentence === undefined) this.#options.faulted(error);
      else if (!(error instanceof Refusal)) this.#options.storeFailed(error);
      who.tell({ type: 'refused', n, sentence: sentence ?? 'Something went wrong on the server.' });
    }
  }

  async #do(who: Lookout, account: Account, request: ProfileChange | Edit | Say): Promise<Outcome> {
    switch (request.type) {
      case 'edit': {
        this.#pay(account, 'edits', 'That is building too fast.');
        const built = await this.#builder.edit(who.player, request);
        this.counters.edits++;
        return built;
      }
      case 'say':
        return this.#say(who, account, request);
      case 'profile':
        this.#pay(account, 'profiles', 'That was changed a moment ago: wait a few seconds.');
        return this.#rename(who, request);
      default:
        return assertNever(request);
    }
  }

  #pay(account: Account, allowance: Allowance, sentence: string): void {
    if (!account.draw(allowance, this.#options.monotonic())) throw new Refusal(sentence);
  }

  #accountOf(who: Lookout): Account {
    let account = this.#accounts.get(who);
    if (account === undefined) {
      account = new Account();
      this.#accounts.set(who, account);
    }
    return account;
  }

  #starred(text: string): string {
    return this.#options.filter?.().starred(text) ?? text;
  }

  async #rename({ player }: Lookout, { name, look }: ProfileChange): Promise<Outcome> {
    const { store, world, filter } = this.#options;
    if (filter?.().forbids(name) === true) throw new Refusal('That name is not for here: choose another one.');
    const person = await store.rename(player.id, { name: cleanName(name, player.id), look });
    if (person === undefined) throw new Refusal('The server does not know you any more: reload the page.');
    if (world.players.get(player.id) === player) world.rename(player, person);
    return DONE;
  }

  async #say(who: Lookout, account: Account, { text }: Say): Promise<Outcome> {
    const { random, world } = this.#options;
    const said = readUtterance(cleanText(text));
    if (said.kind === 'wrong') throw new Refusal(said.sentence);
    this.#pay(account, 'lines', 'That is a lot of talk: wait a moment.');
    if (said.kind === 'line' || said.kind === 'roll' || said.kind === 'whisper') this.#mustBeHeard(who);
    switch (said.kind) {
      case 'line':
        if (account.isRepeated(said.text, this.#options.monotonic())) {
          throw new Refusal('You have said that twice just now: say something else.');
        }
        return this.#speak(who, this.#starred(said.text));
      case 'roll':
        return this.#speak(who, rollDice(said.dice, said.sides, random));
      case 'whisper':
        await this.whispers.say(who, said, this.#starred(said.text), world.tick);
        this.counters.whispers++;
        return DONE;
      case 'home':
        return this.#goHome(who, account);
      case 'home here':
        return this.#settleHere(who, account);
    }
  }

  #mustBeHeard({ player }: Lookout): void {
    const mute = this.#options.rules?.muteOf(player.id);
    if (mute === undefined) return;
    const why = ruleWords(mute);
    throw new Refusal(`Those who run this world have muted you${why === '' ? '' : ` (${why})`}.`);
  }

  async #speak(who: Lookout, text: string): Promise<Outcome> {
    const { store, grid, wallMs } = this.#options;
    const { id, name } = who.player;
    const square = squareOf(who);
    grid.said(square, await store.say(square, { player: id, name, text, atMs: Math.round(wallMs()) }));
    this.counters.lines++;
    return DONE;
  }

  async #goHome({ player }: Lookout, account: Account): Promise<Outcome> {
    const { world, spawn } = this.#options;
    if (world.tick < account.homeAt) throw new Refusal('You were there a moment ago: wait a few seconds.');
    if (player.heading !== STANDING) world.halt(player);
    account.homeAt = world.tick + HOME_TICKS;
    const { x, y } = account.home ?? spawn();
    world.teleport(player, x, y);
    return DONE;
  }

  async #settleHere({ player }: Lookout, account: Account): Promise<Outcome> {
    const { x, y } = player;
    await this.#options.store.saveHome(player.id, { x, y });
    account.home = { x, y };
    return DONE;
  }
}

const squareOf = ({ player }: Lookout): { readonly sx: number; readonly sy: number } => ({
  sx: player.sx,
  sy: player.sy,
});
