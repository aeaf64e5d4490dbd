import { pack } from '../../shared/codec.ts';
import { assertNever } from '../../shared/protocol.ts';
import { Driver } from './driver.ts';
import type { Fleet } from './fleet.ts';
import { fleetFor } from './fleet-for.ts';
import type { IntervalLoad, IntervalMeter } from './generator-meter.ts';
import { machineClock } from './machine-clock.ts';
import type { Answers, Casting, FromPart, Order, Status } from './part-messages.ts';
import { Recorder } from './recorder.ts';
import { type Batch, Tape } from './tape.ts';

/** The status goes with a batch this often, in ms, and with every answer. */
const STATUS_MS = 250;
/** The load is measured over so long, in ms. */
const LOAD_MS = 1000;

const nothing = (): void => undefined;

/** A part of the players in a process of their own: drives them, does what is ordered, and tells what they record. */
export class PartPlayer {
  readonly #fleet: Fleet;
  readonly #recorder: Recorder;
  readonly #tape: Tape;
  readonly #driver: Driver;
  readonly #meter: IntervalMeter;
  readonly #tell: (bytes: Uint8Array) => void;
  readonly #monotonic = machineClock();
  #answers: FromPart['answers'][number][] = [];
  #statusAtMs = Number.NEGATIVE_INFINITY;
  #load: IntervalLoad = { delayMs: 0, cpuShare: 0 };
  #loadAtMs: number;

  /** @param tell takes packed `FromPart`s */
  constructor({ options, part, world }: Casting, tell: (bytes: Uint8Array) => void) {
    this.#tell = tell;
    this.#tape = new Tape(this.#monotonic, (batch) => this.#give(batch));
    this.#recorder = new Recorder(this.#tape, this.#monotonic);
    this.#fleet = fleetFor(options, part, world, this.#recorder, this.#monotonic);
    this.#meter = this.#fleet.openMeter();
    this.#loadAtMs = this.#monotonic();
    this.#driver = new Driver(
      this.#monotonic,
      (index, dueMs) => this.#fleet.visit(index, dueMs),
      (nowMs) => this.#each(nowMs),
    );
  }

  /** Does what is ordered; the answer goes with the next batch, which goes at once. */
  async obey(n: number, order: Order): Promise<void> {
    const answer = await this.#do(order);
    this.#answers.push([n, answer]);
    this.#tape.give();
  }

  /** All of them leave. */
  async end(): Promise<void> {
    this.#driver.stop();
    this.#meter.stop();
    await this.#fleet.end();
  }

  async #do(order: Order): Promise<Answers[keyof Answers]> {
    const fleet = this.#fleet;
    switch (order.type) {
      case 'enter':
        fleet.enter(order.phase, order.atMs);
        return null;
      case 'begin':
        await fleet.begin(nothing);
        return null;
      case 'finish':
        return fleet.finish(nothing);
      case 'openWindow':
        await fleet.openWindow(() => this.#recorder.window.open(this.#monotonic()));
        return null;
      case 'closeWindow':
        await fleet.closeWindow(() => this.#recorder.window.close(this.#monotonic()));
        return null;
      case 'pictures':
        this.#recorder.things.tellPictures();
        return null;
      case 'partings':
        return fleet.partings();
      default:
        return assertNever(order);
    }
  }

  #each(nowMs: number): void {
    this.#fleet.look(nowMs);
    this.#driver.size = this.#fleet.size;
    if (nowMs - this.#loadAtMs < LOAD_MS) return;
    this.#loadAtMs = nowMs;
    this.#load = this.#meter.take();
  }

  #give(batch: Batch): void {
    const answers = this.#answers;
    this.#answers = [];
    const isStatusDue = answers.length > 0 || batch.watermark - this.#statusAtMs >= STATUS_MS;
    const told: FromPart = { ...batch, status: isStatusDue ? this.#status : null, answers };
    if (isStatusDue) this.#statusAtMs = batch.watermark;
    this.#tell(pack(told));
  }

  get #status(): Status {
    const { joined, everJoined, everJoinedFull, dropped, droppedInFault } = this.#fleet;
    const { settled, gaveUp, wanted, yetToCome, hasArrived, isSettled } = this.#fleet;
    const were = { everJoined, everJoinedFull, dropped, droppedInFault, gaveUp };
    return { count: { joined, ...were, settled, wanted, yetToCome, hasArrived, isSettled }, load: this.#load };
  }
}
