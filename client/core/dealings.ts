import type { SquareKey } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import {
  assertNever,
  type ClientMessage,
  type Done,
  type Edits,
  type GroundPicture,
  type Profile,
  type Refused,
  type ServerMessage,
  type Welcome,
} from '../../shared/protocol.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { Builder, type Site } from './builder.ts';
import type { ChatLog } from './chat-log.ts';
import type { ClientOptions, Persona } from './client-options.ts';
import { GemField, type GemInSight } from './gem-field.ts';
import type { LookAlikes } from './look-alikes.ts';
import type { Observer } from './observer.ts';
import { Requests } from './requests.ts';
import type { SquarePicture } from './square-picture.ts';
import { Standing } from './standing.ts';
import { Talk } from './talk.ts';

/** What a server tells of what people do besides walking. */
export type DealingsMessage = Extract<
  ServerMessage,
  {
    readonly type:
      | 'done'
      | 'refused'
      | 'ground'
      | 'edits'
      | 'lines'
      | 'whisper'
      | 'emotes'
      | 'gems'
      | 'claim'
      | 'score'
      | 'board'
      | 'company';
  }
>;

export interface DealingsHost {
  readonly observer: Observer;
  readonly lookAlikes: LookAlikes;
  send(message: ClientMessage): void;
  /** What is known of a square's ground has changed, as of a tick; 0 when it has been like that for long. */
  regrounded(sx: number, sy: number, tick: number): void;
}

/** Longest name that a server reads at all, in Unicode code points. */
const MAX_WISHED_NAME = 64;

/** What people do besides walking: who they are, what they build, find and say. What needs a session, has one. */
export class Dealings {
  readonly standing = new Standing();
  readonly #host: DealingsHost;
  readonly #requests = new Requests();
  readonly #builder = new Builder(this.#requests);
  readonly #talk: Talk;
  #gems: GemField | undefined;
  #ownId: number | undefined;
  #persona: Persona;
  /** Whom one wants to be and has not been granted yet. */
  #wished: Persona | undefined;

  constructor(options: ClientOptions, host: DealingsHost) {
    const { name, look, token = null, timeOfDay = Date.now, muted } = options;
    this.#host = host;
    this.#persona = { name, look };
    // A newcomer is called as they ask to be.
    if (options.isPersonaNew === true && token !== null) this.#wished = this.#persona;
    this.#talk = new Talk(this.#requests, { timeOfDay, lookAlikes: host.lookAlikes, muted });
  }

  get ground(): Ground | undefined {
    return this.#builder.ground;
  }

  /** Whom the server knows one as; until it has said so, whom one asks to be. */
  get persona(): Persona {
    return this.#persona;
  }

  /** Whether anything that was asked has not been answered. */
  get isAwaiting(): boolean {
    return this.#requests.isPending;
  }

  get chat(): ChatLog {
    return this.#talk.log;
  }

  /** A session begins; returns its ground. */
  restart(welcome: Welcome, terrain: Terrain, isSameWorld: boolean): Ground {
    const isSamePerson = this.#ownId === welcome.id;
    if (this.#ownId !== undefined && !isSameWorld) {
      this.chat.clear();
      this.#host.lookAlikes.clear();
    }
    this.#ownId = welcome.id;
    this.standing.restart(isSameWorld, isSamePerson);
    if (!isSameWorld || this.#gems?.isOf(terrain, welcome.gems) !== true) {
      this.#gems = new GemField(terrain, welcome.gems);
    }
    this.#beCalled(welcome);
    return this.#builder.restart(terrain, isSameWorld, isSamePerson);
  }

  /** Asks for what lasts longer than a session. */
  resume(): void {
    if (this.standing.isBoardShown) this.#host.send({ type: 'board', isShown: true });
    const wished = this.#wished;
    if (wished === undefined) return;
    if (wished.name === this.#persona.name && wished.look === this.#persona.look) this.#wished = undefined;
    else this.setPersona(wished);
  }

  /** The connection is over: what has not been answered by now never will be. */
  lost(): void {
    this.#builder.lost(this.#requests.restart());
  }

  forget(sx: number, sy: number): void {
    this.#builder.forget(sx, sy);
    this.#gems?.forget(sx, sy);
  }

  /** The session has its picture: squares of before that are not in it are forgotten. */
  settle(interest: ReadonlyMap<SquareKey, unknown>): void {
    this.#builder.settle(interest);
    this.#gems?.settle(interest);
  }

  /** The gems that lie in squares at a tick. */
  *gemsIn(squares: Iterable<SquarePicture>, tick: number): Generator<GemInSight> {
    if (this.#gems === undefined) return;
    for (const { sx, sy } of squares) yield* this.#gems.lyingIn(sx, sy, tick);
  }

  pendingEdits(): Iterable<{ readonly tileX: number; readonly tileY: number; readonly kind: number }> {
    return this.#requests.edits();
  }

  whyNot(site: Site, tileX: number, tileY: number, kind: number): string | undefined {
    return this.#builder.whyNot(site, tileX, tileY, kind);
  }

  build(tileX: number, tileY: number, kind: number): number {
    return this.#ask(this.#builder.build(tileX, tileY, kind));
  }

  get canUndo(): boolean {
    return this.#builder.undoable !== undefined;
  }

  undo(site: Site): boolean {
    const edit = this.#builder.undoable;
    if (edit === undefined) return false;
    const sentence = this.whyNot(site, edit.tileX, edit.tileY, edit.before);
    if (sentence !== undefined) {
      this.#host.observer.refused(0, sentence);
      return false;
    }
    this.#ask(this.#builder.undo(edit));
    return true;
  }

  say(text: string): number | undefined {
    const message = this.#talk.say(text);
    return message === undefined ? undefined : this.#ask(message);
  }

  setPersona({ name, look }: Persona): number {
    const wished = { name: [...name].slice(0, MAX_WISHED_NAME).join(''), look };
    return this.#ask({ type: 'profile', n: this.#requests.ask({ type: 'profile', ...wished }), ...wished });
  }

  /** Whom others are told that one is. */
  learn(profiles: readonly Profile[]): void {
    const own = profiles.find(({ id }) => id === this.#ownId);
    if (own !== undefined) this.#beCalled(own);
  }

  apply(message: DealingsMessage): void {
    const { observer } = this.#host;
    switch (message.type) {
      case 'done':
        this.#granted(message);
        break;
      case 'refused':
        this.#refused(message);
        break;
      case 'ground':
        this.#pictured(message);
        break;
      case 'edits':
        this.#edited(message);
        break;
      case 'lines':
        this.chat.told(message, this.#ownId);
        observer.lines(message.sx, message.sy, message.lines, message.isHistory);
        break;
      case 'whisper':
        this.chat.whispered(message, this.#ownId);
        observer.whispered(message);
        break;
      case 'emotes':
        for (const { player, emote } of message.emotes) observer.emoted(player, emote);
        break;
      case 'gems':
        this.#gems?.told(message);
        break;
      case 'claim':
        this.#gems?.claimed(message);
        observer.claimed(message);
        break;
      case 'score':
        this.standing.scored(message);
        observer.scored(message.score, message.rank);
        break;
      case 'board':
        this.standing.ranked(message);
        break;
      case 'company':
        this.standing.pointed(message);
        break;
      default:
        assertNever(message);
    }
  }

  #ask(message: Extract<ClientMessage, { readonly n: number }>): number {
    this.#host.send(message);
    return message.n;
  }

  /** The server says who one is. */
  #beCalled({ name, look }: Persona): void {
    this.#persona = { name, look };
    if (this.#ownId !== undefined) this.#host.lookAlikes.claim(this.#ownId, name);
  }

  #granted({ n, revision, before }: Done): void {
    const asked = this.#requests.answered(n);
    if (asked?.type === 'edit') this.#builder.granted(asked, revision, before);
    if (asked?.type === 'say') this.#talk.granted(asked.text);
    if (asked?.type === 'profile') {
      this.#wished = undefined;
      this.#beCalled(asked);
    }
    this.#host.observer.done(n, revision, before);
  }

  #refused({ n, sentence }: Refused): void {
    const asked = this.#requests.answered(n);
    if (asked?.type === 'say') this.chat.notice(sentence);
    if (asked?.type === 'profile') this.#wished = undefined;
    this.#host.observer.refused(n, sentence);
  }

  #pictured(message: GroundPicture): void {
    const { sx, sy, revision } = message;
    this.#builder.picture(message);
    this.#host.regrounded(sx, sy, 0);
    this.#host.observer.pictured(sx, sy, revision);
  }

  #edited(message: Edits): void {
    const { sx, sy } = message;
    const { told, applied } = this.#builder.edit(message, this.#ownId);
    if (applied.length > 0) this.#host.regrounded(sx, sy, Math.min(...applied.map(({ tick }) => tick)));
    this.#host.observer.edited(sx, sy, told);
  }
}
