import { type Cores, twoCores } from '../../helpers/cores.ts';
import { BareLoop } from '../bare-loop.ts';
import { type BarePlan, WRITES_OF_200 } from '../bare-plan.ts';
import { BundledPrograms } from './bundled-programs.ts';
import { ALONE, AT_ONCE, type Tolerance } from './limits.ts';
import type { LoadOrders } from './load-orders.ts';
import { PinnedProgram } from './pinned-program.ts';
import type { Scene } from './scene.ts';
import { type Played, Stage } from './stage.ts';
import { assertSound, UnsoundScene } from './verdict.ts';

const PROGRAMS = {
  load: 'test/bench/fan-out/load-program.ts',
  bareServer: 'test/bench/fan-out/bare-server-program.ts',
  barePeers: 'test/bench/fan-out/bare-peers-program.ts',
} as const;

const MOST_LISTENERS = 30;

/** How often a scene is played until it counts. */
const ATTEMPTS = 2;

/** How long things are measured, in ms unless the name says otherwise. */
export interface Pace {
  readonly sceneSeconds: number;
  readonly calibration: { readonly warmUpMs: number; readonly ms: number };
  readonly bareLoop: { readonly warmUpMs: number; readonly ms: number };
}

/** A scene that has been played, and what a bare write took around it. */
export interface Measured extends Played {
  /** Why it was not what it had to be, in one sentence. */
  readonly unsound: string | undefined;
  /** µs of the processor. */
  readonly bareWriteMicros: number;
}

type Tried = Omit<Measured, 'bareWriteMicros'>;

export interface WorkbenchOptions {
  readonly pace: Pace;
  /** The largest scene's. */
  readonly maxPlayers: number;
  readonly say: (line: string) => void;
}

/**
 * Where scenes are played and measured: on one core the server, or whatever is compared with it, on the other the
 * players. Servers stay up from scene to scene, and the process of the players does.
 */
export class Workbench {
  readonly cores: Cores | undefined;
  readonly #options: WorkbenchOptions;
  readonly #programs: BundledPrograms<keyof typeof PROGRAMS>;
  readonly #load: PinnedProgram<LoadOrders>;
  readonly #stages = new Set<Stage>();
  /** By the interval of its flushes, free for the next scene. */
  readonly #idle = new Map<number, Stage[]>();
  #writes: BareLoop | undefined;
  #scenes = 0;

  private constructor(options: WorkbenchOptions, programs: BundledPrograms<keyof typeof PROGRAMS>) {
    this.#options = options;
    // Each server listens for the end of this process, and of the quick scenes each has one.
    process.setMaxListeners(Math.max(process.getMaxListeners(), MOST_LISTENERS));
    this.#programs = programs;
    this.cores = twoCores();
    if (this.cores === undefined) options.say('no two cores to bind processes to: everything runs anywhere');
    this.#load = new PinnedProgram(programs.file('load'), this.cores?.load);
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    return new Workbench(options, await BundledPrograms.build(PROGRAMS));
  }

  /** What one bare write of 200 bytes takes now, in µs of the processor. */
  async calibrate(): Promise<number> {
    this.#writes ??= await this.openLoop(WRITES_OF_200);
    return (await this.#writes.measure(this.#options.pace.calibration)).microsPerWrite;
  }

  /** Processes for a bare loop on the same cores as server and players; whoever opens it closes it. */
  openLoop(plan: BarePlan): Promise<BareLoop> {
    const files = { server: this.#programs.file('bareServer'), peers: this.#programs.file('barePeers') };
    return BareLoop.open(plan, files, this.cores);
  }

  /**
   * Plays a scene at a server that is free, or at a new one. Rejects when it was not what it had to be.
   * @param tolerance by default that of a scene while no other is on
   */
  async play(scene: Scene, tolerance: Tolerance = ALONE): Promise<Played> {
    const { unsound, ...played } = await this.#play(scene, tolerance);
    if (unsound !== undefined) throw new UnsoundScene(unsound);
    return played;
  }

  /** The same, and once more where it was not what it had to be; then it is given as it was, with the reason. */
  async tryPlay(scene: Scene): Promise<Tried> {
    for (let left = ATTEMPTS - 1; ; left--) {
      const tried = await this.#play(scene, ALONE);
      if (tried.unsound === undefined || left === 0) return tried;
      this.#options.say(`once more: ${tried.unsound}`);
    }
  }

  async #play(scene: Scene, tolerance: Tolerance): Promise<Tried> {
    const stage = this.#idle.get(scene.flushMs)?.pop() ?? (await this.#openStage(scene));
    const seed = ++this.#scenes;
    const played = await stage.play(scene, { seconds: this.#options.pace.sceneSeconds, seed });
    this.#options.say(summaryOf(played));
    const unsound = whyUnsound(played, tolerance);
    // A server that had too much to do has not lost what V8 has compiled for it: a new one costs the next scene a quarter
    // more. But whatever it was, the next scene is not to suffer from it.
    if (unsound === undefined || (await stage.isCalm())) this.#rest(scene, stage);
    else {
      this.#stages.delete(stage);
      await stage.close();
    }
    return { ...played, unsound };
  }

  /** Starts a server for each of these scenes, so that they can begin at the same time. */
  async prepare(scenes: readonly Scene[]): Promise<void> {
    await Promise.all(scenes.map(async (scene) => this.#rest(scene, await this.#openStage(scene))));
  }

  async close(): Promise<void> {
    const stages = [...this.#stages].map((stage) => stage.close());
    await Promise.all([...stages, this.#writes?.close(), this.#load.close()]);
    this.#programs.remove();
  }

  #rest({ flushMs }: Scene, stage: Stage): void {
    const idle = this.#idle.get(flushMs);
    if (idle === undefined) this.#idle.set(flushMs, [stage]);
    else idle.push(stage);
  }

  async #openStage({ flushMs }: Scene): Promise<Stage> {
    const stage = await Stage.open({ flushMs, maxSessions: this.#options.maxPlayers }, this.#load, this.cores);
    this.#stages.add(stage);
    return stage;
  }
}

function whyUnsound(played: Played, tolerance: Tolerance): string | undefined {
  try {
    assertSound(played, tolerance);
    return undefined;
  } catch (error) {
    if (error instanceof UnsoundScene) return error.message;
    throw error;
  }
}

function summaryOf({ scene, server, report }: Played): string {
  const { traffic, generator, seconds } = report;
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  return [
    `${scene.name}, flushed every ${scene.flushMs} ms: ${report.players.joined} players`,
    `${traffic.updatesPerPlayerPerSecond.toFixed(1)} updates in ${traffic.framesPerPlayerPerSecond.toFixed(1)} frames a second each`,
    `server ${percent(server.cpu.microsPerSecond / 1e6)} of its core`,
    `players ${percent(generator.cpuSeconds / seconds)} of theirs, ${generator.eventLoopDelayMs.p99.toFixed(0)} ms late at p99`,
  ].join(', ');
}

/** Scenes one after the other, with a look at what a bare write takes between any two. */
export async function playInTurn(workbench: Workbench, scenes: readonly Scene[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  let before = await workbench.calibrate();
  for (const scene of scenes) {
    const tried = await workbench.tryPlay(scene);
    const after = await workbench.calibrate();
    measured.push({ ...tried, bareWriteMicros: (before + after) / 2 });
    before = after;
  }
  return measured;
}

/** Scenes all at once, each at a server of its own: quick, and no more than an impression. */
export async function playAtOnce(workbench: Workbench, scenes: readonly Scene[]): Promise<Measured[]> {
  await workbench.prepare(scenes);
  const before = await workbench.calibrate();
  const played = await Promise.all(scenes.map((scene) => workbench.play(scene, AT_ONCE)));
  const bareWriteMicros = (before + (await workbench.calibrate())) / 2;
  return played.map((one) => ({ ...one, unsound: undefined, bareWriteMicros }));
}
