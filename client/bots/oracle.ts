import { TICK_MS, UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Motion } from '../../shared/motion.ts';
import { Bins } from './bins.ts';
import { BUDGETS, type Budgets } from './budgets.ts';
import { FaultWindow } from './fault-window.ts';
import type { PointsOf } from './gem-watch.ts';
import { GhostWatch } from './ghost-watch.ts';
import type { HopTimes } from './hops.ts';
import { Participant, type ParticipantSetup, Sighting, type Update } from './participant.ts';
import type { Picture } from './picture.ts';
import { PlaybackCheck } from './playback-check.ts';
import { createRandom, type Random } from './random.ts';
import { Tally } from './tally.ts';
import { ThingsOracle } from './things-oracle.ts';
import { UpdateWatch } from './update-watch.ts';

const CELL_UNITS = 16 * UNITS_PER_TILE;
/** The cells are sorted anew this often, in ms; nobody gets further than the slack in that time. */
const SORT_MS = 100;
const SLACK_UNITS = UNITS_PER_TILE;
/** Ghosts are looked for in every so many samples of a picture. */
const GHOST_SAMPLES = 2;
/** Whoever is gone for good is remembered so long, in ms: several times as long as any ghost takes to be found. */
const REMEMBERED_MS = 60_000;
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
 * While the fault window is open all this is counted apart: what happens at one moment by that moment, what lasts by
 * its beginning, an update when it was on its way at any moment of the window. What lasts when the window closes
 * begins again then, for it has not healed.
 *
 * Latencies are real time. Patience is not: the time in which this very process did not get round to looking is no
 * fault of the server, so whatever has to last for a while is counted on a clock that stands still meanwhile.
 */
export class Oracle {
  readonly tally: Tally;
  readonly window = new FaultWindow();
  /** Judges what is built, said and claimed. */
  readonly things: ThingsOracle;
  readonly #monotonic: () => number;
  readonly #budgets: Budgets;
  readonly #participants: Participant[] = [];
  /** Those of them who have a picture: most loops are over these, for of movers there may be thousands. */
  readonly #observers: Participant[] = [];
  readonly #byId = new Map<number, Participant>();
  /** Players who are gone for good, in the order in which they were found to be. */
  readonly #remains: Participant[] = [];
  readonly #bins = new Bins<Participant>(CELL_UNITS);
  readonly #observerBins = new Bins<Participant>(CELL_UNITS);
  readonly #playback: PlaybackCheck;
  readonly #ghosts: GhostWatch;
  readonly #updates: UpdateWatch;
  #stage: 'watching' | 'measuring' | 'finishing' = 'watching';
  #patientMs = 0;
  #lookedAtMs: number;
  #sortedAtMs: number;
  #widestScreen = { width: 0, height: 0 };

  /**
   * @param monotonic ms, the same clock for all participants
   * @param pointsOf what gems score
   * @param random chooses the frames whose sizes the report shows
   */
  constructor(
    monotonic: () => number,
    budgets: Budgets = BUDGETS,
    pointsOf: PointsOf = () => undefined,
    random: Random = createRandom(0),
  ) {
    this.#monotonic = monotonic;
    this.#budgets = budgets;
    this.#lookedAtMs = monotonic();
    this.#sortedAtMs = this.#lookedAtMs - SORT_MS;
    this.tally = new Tally(monotonic, random);
    this.things = new ThingsOracle(this.tally, this.window, budgets, monotonic, pointsOf);
    this.#playback = new PlaybackCheck({
      errors: this.tally.motionError,
      stale: ({ player, sighting }, tiles) => this.tally.stale(player, sighting.observer, tiles),
      misplaced: ({ player, sighting }, tiles) => this.tally.misplaced(player, sighting.observer, tiles),
    });
    this.#ghosts = new GhostWatch(this.#byId, budgets);
    this.#updates = new UpdateWatch(this.tally, this.window, budgets, monotonic);
  }

  /** What is expected, and of which nobody knows yet whether it will be seen. */
  get outstanding(): number {
    return this.#updates.outstanding + this.things.outstanding;
  }

  get isMeasuring(): boolean {
    return this.#stage === 'measuring';
  }

  /** @param picture for the oracle of things to look into; without it things are not judged */
  add(setup: ParticipantSetup, picture?: Picture): Participant {
    const participant = this.#add(new Participant(setup));
    this.#observers.push(participant);
    if (picture !== undefined) this.things.add(participant, picture);
    this.#widestScreen = {
      width: Math.max(this.#widestScreen.width, setup.screen.width),
      height: Math.max(this.#widestScreen.height, setup.screen.height),
    };
    return participant;
  }

  /** Adds somebody without a picture: of what becomes of them others' pictures are judged. */
  addMover(setup: ParticipantSetup): Participant {
    return this.#add(new Participant(setup, false));
  }

  #add(participant: Participant): Participant {
    this.#participants.push(participant);
    this.tally.behaviour(participant.setup.behaviour).players++;
    return participant;
  }

  /** From now on updates are expected, and pictures judged. */
  begin(): void {
    this.#stage = 'measuring';
    this.tally.begin();
    this.things.begin();
    this.#judgeAfresh();
  }

  /** Something is broken on purpose: from now on what is wrong is counted apart. */
  openWindow(): void {
    this.window.open(this.#monotonic());
  }

  /** From now on it has to be healed. */
  closeWindow(): void {
    this.window.close(this.#monotonic());
    this.#updates.windowClosed(this.#patientMs);
    this.things.windowClosed();
    this.#judgeAfresh();
  }

  /** From now on no more updates are expected; pictures are judged as before. */
  finish(): void {
    this.#stage = 'finishing';
    this.things.finish();
  }

  // What happens to the participants ------------------------------------------------------------

  /** @param node where the participant is connected from now on */
  joined(participant: Participant, id: number, generation: number, node = participant.node): void {
    if (participant.isPresent) this.left(participant);
    // A world that has forgotten somebody takes them for somebody new: the player of before is gone for good. But that
    // world may have given the number to another player already.
    if (participant.id !== id && this.#byId.get(participant.id) === participant) {
      const remains = participant.remains();
      this.#byId.set(participant.id, remains);
      this.#remains.push(remains);
    }
    const before = participant.id;
    if (before === 0) this.tally.came(participant);
    participant.id = id;
    participant.generation = generation;
    participant.node = node;
    participant.isPresent = true;
    participant.isAway = false;
    participant.isPlaced = false;
    participant.path.clear();
    participant.lastPair = undefined;
    this.#byId.set(id, participant);
    this.things.joined(participant, before);
    for (const { sightings, strays } of this.#observers) {
      strays.delete(id);
      const sighting = sightings.get(id);
      // How far a picture had got with whoever had this number before says nothing of this player.
      if (sighting !== undefined) this.#retire(sighting);
      sightings.delete(id);
    }
  }

  /**
   * The participant is out of the world, or will be: what was on its way to it or from it is nobody's fault any more.
   * @param isDropped its connection broke, and the server keeps its player for a while
   */
  left(participant: Participant, isDropped = false): void {
    participant.isPresent = false;
    participant.isDropped = isDropped;
    participant.leftMs = this.#patientMs;
    this.things.left(participant);
    for (const update of participant.unacknowledged) this.#withdraw(update, this.window.isOpen);
    participant.unacknowledged = [];
    for (const sighting of participant.sightings.values()) this.#retire(sighting);
    participant.sightings.clear();
    participant.strays.clear();
    participant.shown.clear();
    for (const { sightings } of this.#observers) {
      const sighting = sightings.get(participant.id);
      if (sighting !== undefined) this.#excuse(sighting);
    }
  }

  /** The participant has left as it was to: until it joins again nothing is wrong with its being out of the world. */
  away(participant: Participant): void {
    participant.isAway = true;
  }

  /** Where the participant is: units, world ms. Exact ones make its path, against which others' pictures are held. */
  position(participant: Participant, x: number, y: number, worldMs: number, isExact: boolean): void {
    participant.x = x;
    participant.y = y;
    participant.isPlaced = true;
    if (isExact) participant.path.add(worldMs, x, y);
  }

  /**
   * The participant has just sent its input `n`.
   * @param dueMs when it was to be sent: the time until this process got round to it counts as well, in monotonic ms
   */
  sent(participant: Participant, n: number, dueMs = this.#monotonic()): void {
    const update: Update = {
      mover: participant,
      n,
      sentMs: dueMs,
      sentPatientMs: this.#patientMs,
      watchers: this.isMeasuring ? this.#watchersOf(participant) : [],
      pair: undefined,
    };
    this.tally.inputs.sent++;
    participant.unacknowledged.push(update);
    if (participant.unacknowledged.length <= MAX_UNACKNOWLEDGED) return;
    const oldest = participant.unacknowledged.shift() as Update;
    if (this.window.holds(oldest.sentMs)) this.#withdraw(oldest, true);
  }

  /** Nobody waits any longer for the acknowledgement of inputs that were sent in the fault window. */
  loseInputs(): void {
    for (const participant of this.#participants) {
      participant.unacknowledged = participant.unacknowledged.filter((update) => {
        if (!this.window.holds(update.sentMs)) return true;
        this.#withdraw(update, true);
        return false;
      });
    }
  }

  /** The server applied the input `n`, and with it all before, as a motion with this rev. */
  acknowledged(participant: Participant, n: number, rev: number, motion: Motion): void {
    participant.path.add(motion.tick * TICK_MS, motion.x, motion.y);
    participant.lastPair = { generation: participant.generation, rev };
    while (participant.unacknowledged.length > 0) {
      const update = participant.unacknowledged[0] as Update;
      if (update.n > n) break;
      participant.unacknowledged.shift();
      this.tally.inputs.acknowledged++;
      update.pair = { generation: participant.generation, rev };
      this.#updates.await(update, this.#patientMs);
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
    if (this.isMeasuring && id !== observer.id) this.tally.told++;
    const sighting = observer.sightings.get(id);
    if (sighting === undefined) return;
    const now = this.#monotonic();
    sighting.reach(generation, rev, now);
    this.#updates.advanced(sighting, now);
  }

  /** The observer's picture no longer shows a player. */
  vanished(observer: Participant, id: number): void {
    observer.shown.delete(id);
    observer.strays.delete(id);
    const sighting = observer.sightings.get(id);
    const player = this.#byId.get(id);
    if (sighting === undefined || player === undefined || isOnScreen(player, observer)) return;
    sighting.goneAtMs = this.#monotonic();
    this.#updates.gone(sighting, sighting.goneAtMs);
  }

  duplicated(observer: Participant, id: number, detail: string): void {
    const player = this.#byId.get(id)?.setup.name ?? `player ${id}`;
    this.tally.duplicated(player, observer, detail, this.window.isOpen);
  }

  diverged(observer: Participant, sx: number, sy: number): void {
    this.tally.diverged(observer, sx, sy, this.window.isOpen);
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
    if (this.isMeasuring) this.tally.corrected(this.window.isOpen);
  }

  /** A frame of so many bytes has come to one participant. Comes by the ten thousand a second. */
  framed(bytes: number): void {
    if (this.isMeasuring) this.tally.frames.record(bytes);
  }

  /** Time between two frames to one participant, in ms. */
  frameGap(ms: number): void {
    if (this.isMeasuring && !this.window.isOpen) this.tally.frameGap.record(ms);
  }

  /** A participant went over to another server, as its own had asked, and was out of the world for so long, in ms. */
  handedOver(ms: number): void {
    if (this.isMeasuring) this.tally.handovers.record(ms);
  }

  /** A change of direction was followed to one participant, whose server is the mover's or another one. */
  traced(isOtherNode: boolean, times: HopTimes): void {
    if (this.isMeasuring && !this.window.isOpen) this.tally.hops[isOtherNode ? 'otherNode' : 'sameNode'].record(times);
  }

  /**
   * The observer's picture was last drawn with a player at (x, y) units.
   * @param shownMs the world time that it shows, and `worldMs` the one that it was, in ms
   */
  played(observer: Participant, id: number, x: number, y: number, shownMs: number, worldMs: number): void {
    const player = this.#byId.get(id);
    const sighting = observer.sightings.get(id);
    if (!this.isMeasuring || this.window.isOpen) return;
    if (player === undefined || sighting === undefined || !this.#isMandatory(sighting)) return;
    const isGroundWhole = this.things.isGroundWhole(observer);
    this.#playback.claim({ player, sighting, x, y, shownMs, worldMs, isGroundWhole }, this.#monotonic());
  }

  // Judgement -----------------------------------------------------------------------------------

  /** To be called every few ms: time passes, and with it patience. */
  look(): void {
    const now = this.#monotonic();
    this.#patientMs += Math.min(now - this.#lookedAtMs, this.#budgets.sampleMs);
    this.#lookedAtMs = now;
    if (now - this.#sortedAtMs >= SORT_MS) {
      this.#sort(now - this.#sortedAtMs);
      this.#sortedAtMs = now;
    }
    this.#updates.giveUp(this.#patientMs);
    this.things.look(this.#patientMs);
    this.#playback.settle(now);
    if (this.window.isOpen && this.#participants.some(isOutside)) this.window.wrong(now);
  }

  /** @param sinceMs since it was last done */
  #sort(sinceMs: number): void {
    this.#forget();
    this.#bins.clear();
    this.#observerBins.clear();
    let players = 0;
    let observers = 0;
    for (const participant of this.#participants) {
      if (!participant.isPresent || !participant.isPlaced) continue;
      this.#bins.add(participant);
      players++;
      if (!participant.isObserver) continue;
      this.#observerBins.add(participant);
      observers++;
    }
    if (this.isMeasuring) this.tally.presence.record(players, observers, sinceMs);
  }

  /** Whoever has been gone for so long that nobody may show them any more is looked for no longer: they would pile up. */
  #forget(): void {
    for (let [first] = this.#remains; first !== undefined; [first] = this.#remains) {
      if (this.#patientMs - first.leftMs < REMEMBERED_MS) return;
      this.#remains.shift();
      if (this.#byId.get(first.id) === first) this.#byId.delete(first.id);
    }
  }

  /** Compares one picture with the truth; to be called every `sampleMs`. */
  sample(observer: Participant): void {
    if (!observer.isObserver || !observer.isPresent || !observer.isPlaced) return;
    observer.samples++;
    this.things.sample(observer);
    const absent = this.#lookForAbsent(observer);
    if (observer.samples % GHOST_SAMPLES === 0) {
      this.#lookForGhosts(observer);
      this.#retireUnused(observer);
    }
    if (this.window.isOpen) this.#lookForFaults(observer, absent);
  }

  /** Returns how many ought to be shown and are not. */
  #lookForAbsent(observer: Participant): number {
    let absent = 0;
    this.#onScreen(observer, (player) => {
      const sighting = this.#sighting(observer, player.id);
      if (sighting.insideSample !== observer.samples - 1) sighting.insideSinceMs = this.#patientMs;
      sighting.insideSample = observer.samples;
      const wasAbsent = sighting.isAbsent;
      sighting.isAbsent = !observer.shown.has(player.id) && this.#isMandatory(sighting);
      if (!sighting.isAbsent) return;
      absent++;
      if (wasAbsent || this.#stage === 'watching') return;
      this.tally.absent(player, observer, this.#patientMs - sighting.insideSinceMs, this.window.isOpen);
    });
    return absent;
  }

  #lookForGhosts(observer: Participant): void {
    for (const { player, forMs } of this.#ghosts.look(observer, this.#patientMs)) {
      if (this.#stage !== 'watching') this.tally.ghost(player, observer, forMs, this.window.isOpen);
    }
  }

  /** Whether anything is wrong with a picture while the fault window is open. */
  #lookForFaults(observer: Participant, absent: number): void {
    let wrong = absent;
    for (const { isGhost } of observer.strays.values()) if (isGhost) wrong++;
    if (wrong > 0 || this.#updates.isAnyOverdue(observer, this.#patientMs)) this.window.wrong(this.#monotonic(), wrong);
  }

  #retireUnused(observer: Participant): void {
    for (const sighting of observer.sightings.values()) {
      if (sighting.insideSample === observer.samples || sighting.pending.length > 0) continue;
      this.#retire(sighting);
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
    this.#observerBins.near(mover.x, mover.y, halfWidth, halfHeight, (observer) => {
      const sighting = observer.sightings.get(mover.id);
      if (sighting !== undefined && this.#isMandatory(sighting)) watchers.push(sighting);
    });
    return watchers;
  }

  #sighting(observer: Participant, id: number): Sighting {
    let sighting = observer.sightings.get(id);
    if (sighting === undefined) {
      sighting = new Sighting(observer, id);
      observer.sightings.set(id, sighting);
    }
    return sighting;
  }

  /** Nothing is expected of this sighting until the player has been inside the screen for a second anew. */
  #excuse(sighting: Sighting): void {
    this.#updates.excuse(sighting);
    sighting.insideSample = -1;
  }

  #retire(sighting: Sighting): void {
    this.#excuse(sighting);
    sighting.isRetired = true;
  }

  /** An input that will not be acknowledged any more was not sent. */
  #withdraw({ sentMs }: Update, isInFault: boolean): void {
    this.tally.inputs.sent--;
    if (isInFault || this.window.holds(sentMs)) this.tally.inFault.inputsLost++;
  }

  /** Faults that last are counted again. */
  #judgeAfresh(): void {
    for (const { sightings, strays } of this.#observers) {
      for (const sighting of sightings.values()) sighting.isAbsent = false;
      for (const stray of strays.values()) stray.isGhost = false;
    }
  }
}

/** Whether somebody who was in the world is not, and ought to be. */
const isOutside = ({ id, isPresent, isAway }: Participant): boolean => id !== 0 && !isPresent && !isAway;

function isOnScreen(player: Participant, { x, y, setup: { screen } }: Participant): boolean {
  return (
    Math.abs(player.x - x) <= (screen.width / 2) * UNITS_PER_TILE &&
    Math.abs(player.y - y) <= (screen.height / 2) * UNITS_PER_TILE
  );
}
