import { neighbourCode, type Square } from '../../shared/grid.ts';
import type { Motion } from '../../shared/motion.ts';
import { MAX_REV_STEP, revDistance } from '../../shared/pair.ts';
import type { Player } from '../world/player.ts';
import { ANNOUNCE_TICKS, FAREWELLS } from './limits.ts';
import { type Occupant, Occupants } from './occupant.ts';
import type { StreamChanges } from './wire.ts';

const occupantOf = (player: Player, from: number): Occupant => ({
  from,
  id: player.id,
  generation: player.generation,
  rev: player.rev,
  motion: player.motion,
  look: player.look,
  profileVersion: player.profileVersion,
  name: player.name,
});

/** Whether a move says it all: it tells neither profile nor generation, and of the rev one byte. */
const isMove = (before: Occupant | undefined, now: Occupant): boolean =>
  before !== undefined &&
  before.profileVersion === now.profileVersion &&
  before.generation === now.generation &&
  revDistance(now.rev, before.rev) <= MAX_REV_STEP;

/**
 * This node's stream of one square: its own players there, and what changed since the last flush. A stream begins
 * with an epoch that this node has never used before, so its first batch (seq 1) starts from nothing.
 */
export class LocalStream {
  epoch: number;
  readonly occupants = new Occupants();
  seq = 0;
  /** Who has changed since the last flush, as they were told before it; undefined for who was not. */
  readonly #told = new Map<number, Occupant | undefined>();
  #leaves: StreamChanges['leaves'][number][] = [];
  #announceAt: number;
  #farewells = FAREWELLS;

  /** `phase` spreads the announcements of many squares over time. */
  constructor(epoch: number, tick: number, phase: number) {
    this.epoch = epoch;
    this.#announceAt = tick + (phase % ANNOUNCE_TICKS);
  }

  get hasChanges(): boolean {
    return this.#told.size > 0;
  }

  /** Nobody is here and everybody has been told often enough. */
  get isOver(): boolean {
    return this.occupants.size === 0 && this.#farewells === 0 && !this.hasChanges;
  }

  enter(player: Player, here: Square, from: Square | undefined): void {
    this.#put(occupantOf(player, from === undefined ? 0 : neighbourCode(here, from)));
    this.#farewells = FAREWELLS;
  }

  move(player: Player): void {
    this.#put(occupantOf(player, 0));
  }

  /** Returns the neighbour code of where the player went. */
  leave(player: Player, here: Square, to: Square | undefined): { readonly code: number } {
    const { id, generation, rev } = player;
    this.occupants.remove(id);
    // What was told before them goes with the leave.
    this.#told.set(id, undefined);
    const code = to === undefined ? 0 : neighbourCode(here, to);
    this.#leaves.push({ id, generation, rev, to: code });
    return { code };
  }

  /**
   * Takes what changed since the last flush as the stream's next batch: of everybody what they are now, once, whatever
   * went before it within the flush.
   * @param recent makes a motion recent enough to be told: after a stall one may be old
   */
  take(recent: (motion: Motion) => Motion): StreamChanges {
    const enters: Occupant[] = [];
    const moves: Occupant[] = [];
    for (const [id, before] of this.#told) {
      const now = this.occupants.get(id);
      if (now === undefined) continue;
      const motion = recent(now.motion);
      const told = motion === now.motion ? now : { ...now, motion };
      if (isMove(before, now)) moves.push(told);
      else enters.push(told);
    }
    const changes = { enters, moves, leaves: this.#leaves };
    this.pass();
    return changes;
  }

  /** The same where nobody wants to know: the batch counts, and is never made. */
  pass(): void {
    this.#told.clear();
    if (this.#leaves.length > 0) this.#leaves = [];
    this.seq++;
  }

  /** Whether to announce the stream now (G5); asked once a flush. */
  isAnnouncementDue(tick: number): boolean {
    if (this.seq === 0 || tick < this.#announceAt) return false;
    this.#announceAt = tick + ANNOUNCE_TICKS;
    if (this.occupants.size === 0) this.#farewells--;
    return this.#farewells >= 0;
  }

  #put(occupant: Occupant): void {
    const { id } = occupant;
    if (!this.#told.has(id)) this.#told.set(id, this.occupants.get(id));
    this.occupants.put(occupant);
  }
}
