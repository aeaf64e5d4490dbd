import { neighbourCode, type Square } from '../../shared/grid.ts';
import type { Motion } from '../../shared/motion.ts';
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

/**
 * This node's stream of one square: its own players there, and what changed since the last flush. A stream begins
 * with an epoch that this node has never used before, so its first batch (seq 1) starts from nothing.
 */
export class LocalStream {
  epoch: number;
  readonly occupants = new Occupants();
  seq = 0;
  #enters: Occupant[] = [];
  #moves: Occupant[] = [];
  #leaves: StreamChanges['leaves'][number][] = [];
  #announceAt: number;
  #farewells = FAREWELLS;

  /** `phase` spreads the announcements of many squares over time. */
  constructor(epoch: number, tick: number, phase: number) {
    this.epoch = epoch;
    this.#announceAt = tick + (phase % ANNOUNCE_TICKS);
  }

  get hasChanges(): boolean {
    return this.#enters.length + this.#moves.length + this.#leaves.length > 0;
  }

  /** Nobody is here and everybody has been told often enough. */
  get isOver(): boolean {
    return this.occupants.size === 0 && this.#farewells === 0 && !this.hasChanges;
  }

  enter(player: Player, here: Square, from: Square | undefined): void {
    const occupant = occupantOf(player, from === undefined ? 0 : neighbourCode(here, from));
    this.occupants.put(occupant);
    this.#enters.push(occupant);
    this.#farewells = FAREWELLS;
  }

  move(player: Player): void {
    const occupant = occupantOf(player, 0);
    const known = this.occupants.get(player.id);
    // A move tells neither profile nor generation.
    const mustEnter = known?.profileVersion !== occupant.profileVersion || known.generation !== occupant.generation;
    this.occupants.put(occupant);
    if (mustEnter) this.#enters.push(occupant);
    else this.#moves.push(occupant);
  }

  /** Returns the neighbour code of where the player went. */
  leave(player: Player, here: Square, to: Square | undefined): { readonly code: number } {
    this.occupants.remove(player.id);
    const { id, generation, rev } = player;
    const code = to === undefined ? 0 : neighbourCode(here, to);
    this.#leaves.push({ id, generation, rev, to: code });
    return { code };
  }

  /**
   * Takes what changed since the last flush as the stream's next batch.
   * @param recent makes a motion recent enough to be told: after a stall one may be old
   */
  take(recent: (motion: Motion) => Motion): StreamChanges {
    const renew = (occupant: Occupant): Occupant => {
      const motion = recent(occupant.motion);
      return motion === occupant.motion ? occupant : { ...occupant, motion };
    };
    // Whoever has signed in anew since is told with an enter, which applies first: the old moves would count as theirs.
    const moves = this.#moves.filter(({ id, generation }) => this.occupants.get(id)?.generation === generation);
    const changes = { enters: this.#enters.map(renew), moves: moves.map(renew), leaves: this.#leaves };
    this.pass();
    return changes;
  }

  /** The same where nobody wants to know: the batch counts, and is never made. */
  pass(): void {
    this.#enters = [];
    this.#moves = [];
    this.#leaves = [];
    this.seq++;
  }

  /** Whether to announce the stream now (G5); asked once a flush. */
  isAnnouncementDue(tick: number): boolean {
    if (this.seq === 0 || tick < this.#announceAt) return false;
    this.#announceAt = tick + ANNOUNCE_TICKS;
    if (this.occupants.size === 0) this.#farewells--;
    return this.#farewells >= 0;
  }
}
