import { TICK_MS } from '../../shared/constants.ts';
import type { SquareKey } from '../../shared/grid.ts';
import type { Blocked } from '../../shared/motion.ts';
import type { Changes, Pace, Profile, Snapshot, Welcome } from '../../shared/protocol.ts';
import type { Counters, Person, Rhythm } from './client-options.ts';
import { FormerPeople } from './former-people.ts';
import type { LookAlikes } from './look-alikes.ts';
import type { Observer } from './observer.ts';
import { PlaybackDelay } from './playback-delay.ts';
import { ProfileBook } from './profiles.ts';
import { Replica, type ReplicaObserver } from './replica.ts';
import type { ShownPlayer } from './shown-player.ts';
import type { SquarePicture } from './square-picture.ts';

/** Everybody in the picture, over all sessions: who they are, and where they are shown. */
export class Crowd {
  readonly #lookAlikes: LookAlikes;
  readonly #replicaObserver: ReplicaObserver;
  readonly #profiles = new ProfileBook();
  readonly #former = new FormerPeople();
  #replica: Replica;
  #delay = new PlaybackDelay();
  #rhythm: Rhythm | undefined;
  /** Those shown last, see `shown`. */
  readonly #shown: Person[] = [];
  #count = 0;
  /** Of the names that those carry who are shown. */
  #namesVersion = 0;
  #ownId: number | undefined;
  /** When the last frame arrived, in world time where that was known. */
  #heardWorldMs: number | undefined;

  constructor(told: Observer, counters: Pick<Counters, 'duplicates'>, lookAlikes: LookAlikes) {
    this.#lookAlikes = lookAlikes;
    this.#replicaObserver = {
      entered: told.entered,
      left: (id) => {
        this.#profiles.part(id);
        told.left(id);
      },
      moved: (id, generation, rev, motion, isNewMotion) => {
        const arrivedAt = this.#heardWorldMs;
        if (isNewMotion && arrivedAt !== undefined && id !== this.#ownId) this.#delay.arrived(motion.tick, arrivedAt);
        told.moved(id, generation, rev, motion);
      },
      duplicated: (id) => {
        counters.duplicates++;
        told.duplicated(id);
      },
      profiled: (id, version) => this.#profiles.meet(id, version),
    };
    this.#replica = new Replica(() => false, this.#replicaObserver);
  }

  get replica(): Replica {
    return this.#replica;
  }

  get playbackDelayMs(): number {
    return this.#delay.ms;
  }

  /** How often the server tells news; undefined before the first session. */
  get rhythm(): Rhythm | undefined {
    return this.#rhythm;
  }

  /** The connection broke, or there is none yet. */
  lost(nowMs: number): void {
    this.#former.lost(nowMs);
  }

  /** A session begins. */
  restart(blocked: Blocked, { id, flushMs }: Welcome, isSameWorld: boolean, nowMs: number): void {
    if (isSameWorld) this.#former.keep(this.#replica, nowMs);
    else this.#former.forget();
    this.#ownId = id;
    this.#rhythm = { nearMs: flushMs, farMs: flushMs };
    this.#replica = new Replica(blocked, this.#replicaObserver);
    this.#heardWorldMs = undefined;
    this.#delay = new PlaybackDelay(flushMs, isSameWorld ? this.#delay.ms : undefined);
    this.#profiles.partAll();
  }

  /** A frame has arrived, in world time where that is known. */
  heard(worldMs: number | undefined): void {
    this.#heardWorldMs = worldMs;
  }

  motions(records: Uint8Array, tick: number): void {
    this.#replica.motions(records, tick);
  }

  changes(changes: Changes, tick: number): void {
    this.#replica.changes(changes, tick);
  }

  snapshot(snapshot: Snapshot, tick: number, nowMs: number): void {
    this.#replica.snapshot(snapshot, tick);
    this.#former.pictured(nowMs);
  }

  /** The server tells news in another rhythm from now on. */
  paced({ nearMs, farMs }: Pace): void {
    this.#rhythm = { nearMs, farMs };
    this.#delay.paced(farMs);
  }

  /** Takes in a frame: whoever goes from one square's picture to another's with it does not vanish on the way. */
  frame(apply: () => void): void {
    this.#replica.frame(apply);
  }

  learn(profiles: readonly Profile[]): void {
    this.#profiles.learn(profiles);
    for (const { id } of profiles) this.#replica.players.get(id)?.name(this.#nameOf(id));
    // Those of before are not found by id; for the moment that they are shown everybody is looked up.
    if (this.#former.isAnybody) this.#namesVersion = -1;
  }

  /** Whose names to ask for now. */
  wanted(nowMs: number): number[] {
    return this.#profiles.wanted(nowMs);
  }

  /** Returns whether a new session has just come into its own: nothing from before is shown from now on. */
  update(worldMs: number, nowMs: number): boolean {
    this.#delay.update(worldMs);
    this.#replica.expire(Math.floor(worldMs / TICK_MS));
    return this.#former.update(nowMs);
  }

  /** Everybody else, where they are shown at a world time; the caller may keep them. */
  *people(worldMs: number): Generator<Person> {
    const tick = this.#shownTick(worldMs);
    for (const player of this.#others()) {
      const { id, look, track } = player;
      yield { ...track.placeAt(tick), id, look, name: this.#nameOf(id) };
    }
  }

  /**
   * The same for whoever asks in every frame: the list and everybody in it are written over when this is called the
   * next time, and stay as they are until then.
   */
  shown(worldMs: number): readonly Person[] {
    const tick = this.#shownTick(worldMs);
    const { version } = this.#lookAlikes;
    const isRenamed = version !== this.#namesVersion;
    this.#namesVersion = version;
    this.#count = 0;
    this.#showAll(this.#replica.players.values(), tick, isRenamed);
    if (this.#former.isAnybody) this.#showAll(this.#former.besides(this.#replica), tick, isRenamed);
    // A long list that has become short lets go of those who are not in it.
    this.#shown.length = this.#count;
    return this.#shown;
  }

  /** Whether anybody else is shown on a tile. */
  isAnyOn(tileX: number, tileY: number, worldMs: number): boolean {
    const tick = this.#shownTick(worldMs);
    for (const player of this.#others()) if (player.isOn(tileX, tileY, tick)) return true;
    return false;
  }

  /** The squares that are shown: the interest, and at the beginning of a session what was shown before. */
  *squares(): Generator<SquarePicture> {
    yield* this.#replica.squares.values();
    yield* this.#former.squaresBesides(this.#replica);
  }

  get interest(): ReadonlyMap<SquareKey, SquarePicture> {
    return this.#replica.squares;
  }

  #showAll(players: Iterable<ShownPlayer>, tick: number, isRenamed: boolean): void {
    for (const player of players) {
      if (player.id === this.#ownId) continue;
      if (isRenamed || !player.isNamed) player.name(this.#nameOf(player.id));
      this.#shown[this.#count++] = player.showAt(tick);
    }
  }

  #nameOf(id: number): string | undefined {
    const name = this.#profiles.nameOf(id);
    return name === undefined ? undefined : this.#lookAlikes.shownAs(id, name);
  }

  #shownTick(worldMs: number): number {
    return (worldMs - this.#delay.ms) / TICK_MS;
  }

  *#others(): Generator<ShownPlayer> {
    for (const player of this.#replica.players.values()) if (player.id !== this.#ownId) yield player;
    for (const player of this.#former.besides(this.#replica)) if (player.id !== this.#ownId) yield player;
  }
}
