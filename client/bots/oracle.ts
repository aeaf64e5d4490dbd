import { TICK_MS, UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Motion } from '../../shared/motion.ts';
import { Bins } from './bins.ts';
import { BUDGETS, type Budgets } from './budgets.ts';
import { GhostWatch } from './ghost-watch.ts';
import { Participant, type ParticipantSetup, Sighting, type Update } from './participant.ts';
import { PlaybackCheck } from './playback-check.ts';
import { Tally } from './tally.ts';

const CELL_UNITS = 16 * UNITS_PER_TILE;
/** The cells are sorted anew this often, in ms; nobody gets further than the slack in that time. */
const SORT_MS = 50;
const SLACK_UNITS = UNITS_PER_TILE;
/** Ghosts are looked for in every so many samples of a picture. */
const GHOST_SAMPLES = 2;
/** Unacknowledged inputs kept of one player; older ones stay unacknowledged for good. */
const MAX_UNACKNOWLEDGED = 256;

/**
 * Decides who had to see whom, and whether they did, from nothing but where every participant truly went and how
 * large the screens are. It imports nothing of the grid, so that a mistake there cannot excuse itself.
 *
 * - A player is *mandatory* in a picture after a second inside its screen. Each motion of a mandatory player is an
 *   expected update; it is *seen* when the picture reaches its pair or a newer one, *late* or *missed* beyond the
 *   budgets. A mandatory player who is not shown is *absent*, which counts as missed, once as long as it lasts.
 * - A player is a *ghost* who is shown although the square they are in has been outside the leave margin for longer
 *   than linger and a second, or although they have left the world.
 *
 * Latencies are real time. Patience is not: the time in which this very process did not get round to looking is no
 * fault of the server, so whatever has to last for a while is counted on a clock that stands still meanwhile.
 */
export class Oracle {
  readonly tally: Tally;
  readonly #monotonic: () => number;
  readonly #budgets: Budgets;
  readonly #participants: Participant[] = [];
  readonly #byId = new Map<number, Participant>();
  readonly #bins = new Bins<Participant>(CELL_UNITS);
  readonly #playback: PlaybackCheck;
  readonly #ghosts: GhostWatch;
  #stage: 'watching' | 'measuring' | 'finishing' = 'watching';
  /** Acknowledged updates that some picture has yet to reach, in the order of acknowledgement. */
  #waiting: Update[] = [];
  #outstanding = 0;
  #patientMs = 0;
  #lookedAtMs: number;
  #sortedAtMs = Number.NEGATIVE_INFINITY;
  #widestScreen = { width: 0, height: 0 };

  /** @param monotonic ms, the same clock for all participants */
  constructor(monotonic: () => number, budgets: Budgets = BUDGETS) {
    this.#monotonic = monotonic;
    this.#budgets = budgets;
    this.#lookedAtMs = monotonic();
    this.tally = new Tally(monotonic);
    this.#playback = new PlaybackCheck(this.tally.motionError);
    this.#ghosts = new GhostWatch(this.#byId, budgets);
  }

  /** Expected updates of which nobody knows yet whether they will be seen. */
  get outstanding(): number {
    return this.#outstanding;
  }

  get isMeasuring(): boolean {
    return this.#stage === 'measuring';
  }

  add(setup: ParticipantSetup): Participant {
    const participant = new Participant(setup);
    this.#participants.push(participant);
    this.tally.behaviour(setup.behaviour).players++;
    this.#widestScreen = {
      width: Math.max(this.#widestScreen.width, setup.screen.width),
      height: Math.max(this.#widestScreen.height, setup.screen.height),
    };
    return participant;
  }

  /** From now on updates are expected, and pictures judged. */
  begin(): void {
    this.#stage = 'measuring';
    this.tally.begin();
    for (const { sightings, strays } of this.#participants) {
      for (const sighting of sightings.values()) sighting.isAbsent = false;
      for (const stray of strays.values()) stray.isGhost = false;
    }
  }

  /** From now on no more updates are expected; pictures are judged as before. */
  finish(): void {
    this.#stage = 'finishing';
  }

  // What happens to the participants ------------------------------------------------------------

  joined(participant: Participant, id: number, generation: number): void {
    if (participant.isPresent) this.left(participant);
    participant.id = id;
    participant.generation = generation;
    participant.isPresent = true;
    participant.isPlaced = false;
    participant.path.clear();
    this.#byId.set(id, participant);
    for (const { sightings, strays } of this.#participants) {
      strays.delete(id);
      const sighting = sightings.get(id);
      if (sighting !== undefined) sighting.insideSample = -1;
    }
  }

  /** The participant is out of the world: what was on its way to it or from it is nobody's fault any more. */
  left(participant: Participant): void {
    participant.isPresent = false;
    participant.leftMs = this.#patientMs;
    this.tally.inputs.sent -= participant.unacknowledged.length;
    participant.unacknowledged = [];
    for (const sighting of participant.sightings.values()) {
      this.#excuse(sighting);
      sighting.isRetired = true;
    }
    participant.sightings.clear();
    participant.strays.clear();
    participant.shown.clear();
    for (const { sightings } of this.#participants) {
      const sighting = sightings.get(participant.id);
      if (sighting !== undefined) this.#excuse(sighting);
    }
  }

  /** Where the participant is: units, world ms. Exact ones make its path, against which others' pictures are held. */
  position(participant: Participant, x: number, y: number, worldMs: number, isExact: boolean): void {
    participant.x = x;
    participant.y = y;
    participant.isPlaced = true;
    if (isExact) participant.path.add(worldMs, x, y);
  }

  /** The participant has just sent its input `n`. */
  sent(participant: Participant, n: number): void {
    const update: Update = {
      mover: participant,
      n,
      sentMs: this.#monotonic(),
      sentPatientMs: this.#patientMs,
      watchers: this.isMeasuring ? this.#watchersOf(participant) : [],
      pair: undefined,
    };
    this.tally.inputs.sent++;
    participant.unacknowledged.push(update);
    if (participant.unacknowledged.length > MAX_UNACKNOWLEDGED) participant.unacknowledged.shift();
  }

  /** The server applied the input `n`, and with it all before, as a motion with this rev. */
  acknowledged(participant: Participant, n: number, rev: number, motion: Motion): void {
    participant.path.add(motion.tick * TICK_MS, motion.x, motion.y);
    while (participant.unacknowledged.length > 0) {
      const update = participant.unacknowledged[0] as Update;
      if (update.n > n) break;
      participant.unacknowledged.shift();
      this.tally.inputs.acknowledged++;
      update.pair = { generation: participant.generation, rev };
      this.#await(update);
    }
  }

  // What happens to their pictures --------------------------------------------------------------

  /** The observer's picture shows a player from now on, as of this pair. */
  entered(observer: Participant, id: number, generation: number, rev: number): void {
    if (id === observer.id) return;
    observer.shown.add(id);
    const sighting = observer.sightings.get(id);
    if (sighting !== undefined) sighting.goneAtMs = undefined;
    this.moved(observer, id, generation, rev);
  }

  /** The observer's picture has got as far as this pair. Comes by the ten thousand a second: most are of no interest. */
  moved(observer: Participant, id: number, generation: number, rev: number): void {
    const sighting = observer.sightings.get(id);
    if (sighting === undefined) return;
    const now = this.#monotonic();
    sighting.reach(generation, rev, now);
    while (sighting.pending.length > 0) {
      const update = sighting.pending[0] as Update;
      if (update.pair === undefined || sighting.reachedAt(update.pair) === undefined) break;
      sighting.pending.shift();
      this.#outstanding--;
      this.#seen(update, sighting, now);
    }
  }

  /** The observer's picture no longer shows a player. */
  vanished(observer: Participant, id: number): void {
    observer.shown.delete(id);
    observer.strays.delete(id);
    const sighting = observer.sightings.get(id);
    const player = this.#byId.get(id);
    if (sighting === undefined || player === undefined || isOnScreen(player, observer)) return;
    // They went out of sight, and that is newer than any motion of theirs that has not come.
    const now = this.#monotonic();
    sighting.goneAtMs = now;
    for (const update of sighting.pending.splice(0)) {
      this.#outstanding--;
      this.#seen(update, sighting, now);
    }
  }

  duplicated(observer: Participant, id: number, detail: string): void {
    this.tally.duplicated(this.#byId.get(id)?.setup.name ?? `player ${id}`, observer, detail);
  }

  diverged(observer: Participant, sx: number, sy: number): void {
    this.tally.diverged(observer, sx, sy);
  }

  /** These players, and no others, are in the observer's picture: what events told of it gives way to what it is. */
  audit(observer: Participant, ids: ReadonlySet<number>): void {
    for (const id of ids) {
      if (id === observer.id || observer.shown.has(id)) continue;
      observer.shown.add(id);
      const sighting = observer.sightings.get(id);
      if (sighting !== undefined) sighting.goneAtMs = undefined;
    }
    for (const id of observer.shown) if (!ids.has(id)) this.vanished(observer, id);
  }

  /** A participant's own motion was not what it had predicted. */
  corrected(): void {
    if (this.isMeasuring) this.tally.corrections++;
  }

  /** Time between two frames to one participant, in ms. */
  frameGap(ms: number): void {
    if (this.isMeasuring) this.tally.frameGap.record(ms);
  }

  /** The observer's picture was last drawn with a player at (x, y) units, as of a world time. */
  played(observer: Participant, id: number, x: number, y: number, worldMs: number): void {
    const player = this.#byId.get(id);
    const sighting = observer.sightings.get(id);
    if (!this.isMeasuring || player === undefined || sighting === undefined || !this.#isMandatory(sighting)) return;
    this.#playback.claim(player, worldMs, x, y, this.#monotonic());
  }

  // Judgement -----------------------------------------------------------------------------------

  /** To be called every few ms: time passes, and with it patience. */
  look(): void {
    const now = this.#monotonic();
    this.#patientMs += Math.min(now - this.#lookedAtMs, this.#budgets.sampleMs);
    this.#lookedAtMs = now;
    if (now - this.#sortedAtMs >= SORT_MS) {
      this.#sortedAtMs = now;
      this.#bins.rebuild(this.#participants.filter(({ isPresent, isPlaced }) => isPresent && isPlaced));
    }
    this.#giveUp();
    this.#playback.settle(now);
  }

  /** Compares one picture with the truth; to be called every `sampleMs`. */
  sample(observer: Participant): void {
    if (!observer.isPresent || !observer.isPlaced) return;
    observer.samples++;
    this.#onScreen(observer, (player) => {
      const sighting = this.#sighting(observer, player.id);
      if (sighting.insideSample !== observer.samples - 1) sighting.insideSinceMs = this.#patientMs;
      sighting.insideSample = observer.samples;
      if (observer.shown.has(player.id) || !this.#isMandatory(sighting)) sighting.isAbsent = false;
      else if (!sighting.isAbsent) {
        sighting.isAbsent = true;
        if (this.#stage !== 'watching') {
          this.tally.absent(player, observer, this.#patientMs - sighting.insideSinceMs);
        }
      }
    });
    if (observer.samples % GHOST_SAMPLES !== 0) return;
    for (const { player, forMs } of this.#ghosts.look(observer, this.#patientMs)) {
      if (this.#stage !== 'watching') this.tally.ghost(player, observer, forMs);
    }
    for (const sighting of observer.sightings.values()) {
      if (sighting.insideSample === observer.samples || sighting.pending.length > 0) continue;
      sighting.isRetired = true;
      observer.sightings.delete(sighting.id);
    }
  }

  #onScreen(observer: Participant, visit: (player: Participant) => void): void {
    const reachX = (observer.setup.screen.width / 2) * UNITS_PER_TILE + SLACK_UNITS;
    const reachY = (observer.setup.screen.height / 2) * UNITS_PER_TILE + SLACK_UNITS;
    this.#bins.near(observer.x, observer.y, reachX, reachY, (player) => {
      if (player !== observer && player.isPresent && isOnScreen(player, observer)) visit(player);
    });
  }

  /** A player inside the screen at the last sample, and without a break for long enough before. */
  #isMandatory(sighting: Sighting): boolean {
    return (
      sighting.insideSample === sighting.observer.samples &&
      this.#patientMs - sighting.insideSinceMs > this.#budgets.mandatoryAfterMs
    );
  }

  #watchersOf(mover: Participant): Sighting[] {
    const watchers: Sighting[] = [];
    const halfWidth = (this.#widestScreen.width / 2) * UNITS_PER_TILE + SLACK_UNITS;
    const halfHeight = (this.#widestScreen.height / 2) * UNITS_PER_TILE + SLACK_UNITS;
    this.#bins.near(mover.x, mover.y, halfWidth, halfHeight, (observer) => {
      const sighting = observer.sightings.get(mover.id);
      if (sighting !== undefined && this.#isMandatory(sighting)) watchers.push(sighting);
    });
    return watchers;
  }

  /** An update's pair is known now: some pictures have reached it already, the others have yet to. */
  #await(update: Update): void {
    const { pair, watchers } = update;
    if (pair === undefined) return;
    const isTooOld = this.#patientMs - update.sentPatientMs > this.#budgets.missedAfterMs;
    let isAwaited = false;
    for (const sighting of watchers) {
      if (sighting.isRetired) continue;
      const reachedMs = sighting.reachedAt(pair) ?? sighting.goneAtMs;
      if (reachedMs !== undefined) this.#seen(update, sighting, reachedMs);
      else if (isTooOld) this.#missed(update, sighting);
      else {
        sighting.pending.push(update);
        this.#outstanding++;
        isAwaited = true;
      }
    }
    if (isAwaited) this.#waiting.push(update);
  }

  #seen(update: Update, { observer }: Sighting, atMs: number): void {
    const ms = Math.max(0, atMs - update.sentMs);
    this.tally.seen(update, observer, ms, ms > this.#budgets.lateAfterMs);
  }

  #missed(update: Update, { observer }: Sighting): void {
    this.tally.missed(update, observer, this.#monotonic() - update.sentMs);
  }

  /** Updates that have been waited for long enough are missed wherever they are still pending. */
  #giveUp(): void {
    let given = 0;
    for (const update of this.#waiting) {
      if (this.#patientMs - update.sentPatientMs <= this.#budgets.missedAfterMs) break;
      given++;
      for (const sighting of update.watchers) {
        const at = sighting.pending.indexOf(update);
        if (at < 0) continue;
        sighting.pending.splice(at, 1);
        this.#outstanding--;
        this.#missed(update, sighting);
      }
    }
    if (given > 0) this.#waiting = this.#waiting.slice(given);
  }

  #sighting(observer: Participant, id: number): Sighting {
    let sighting = observer.sightings.get(id);
    if (sighting === undefined) {
      sighting = new Sighting(observer, id);
      observer.sightings.set(id, sighting);
    }
    return sighting;
  }

  /** Nothing is expected of this sighting any more. */
  #excuse(sighting: Sighting): void {
    this.#outstanding -= sighting.pending.length;
    sighting.pending.length = 0;
    sighting.insideSample = -1;
  }
}

function isOnScreen(player: Participant, { x, y, setup: { screen } }: Participant): boolean {
  return (
    Math.abs(player.x - x) <= (screen.width / 2) * UNITS_PER_TILE &&
    Math.abs(player.y - y) <= (screen.height / 2) * UNITS_PER_TILE
  );
}
