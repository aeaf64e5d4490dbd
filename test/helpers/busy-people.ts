import type { Client } from '../../client/core/client.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { type SquareAddress, type Store, StoreError } from '../../server/store/store.ts';
import { EMOTES, LOOKS } from '../../shared/constants.ts';
import { tileOf } from '../../shared/grid.ts';
import { TILE_KINDS } from '../../shared/tiles.ts';
import { seededRandom } from './seeded-random.ts';
import { Simulation, type SimulationOptions, STEP_MS } from './simulation.ts';
import { ThingsTruth, TwiceTold } from './things-truth.ts';
import { Pauses, troubledStore } from './troubled-store.ts';

/** Longest time that the store takes before it does what it is asked for, and again before it says so, in ms. */
const STORE_MS = 30;

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

export interface Trouble {
  /** Share of the store's calls that fail while people are busy. */
  readonly failing: number;
  /** Whether people go home, which puts them elsewhere: no prediction foresees it. */
  readonly goHome: boolean;
  /** How many of the last lines of each square everybody must have heard, see ThingsTruth. */
  readonly lastLines?: number;
}

/** People who build, talk, find and walk about, on nodes that share one store. */
export class BusyPeople {
  readonly truth: Store = createMemoryStore();
  readonly simulation: Simulation;
  readonly told: TwiceTold[] = [];
  isBusy = true;
  sentences = new Map<string, number>();
  readonly #random: () => number;
  readonly #trouble: Trouble;
  readonly #gems: number;
  #pauses = new Pauses(() => 0);
  #said = 0;

  constructor(
    options: Omit<SimulationOptions, 'store' | 'onStep' | 'observe'> & { readonly gems: number },
    trouble: Trouble,
  ) {
    this.#trouble = trouble;
    this.#gems = options.gems;
    this.#random = seededRandom(options.seed ^ 0x5a5a5a5a);
    const random = this.#random;
    this.simulation = new Simulation({
      ...options,
      store: (now) => {
        const pauses = new Pauses(now);
        this.#pauses = pauses;
        return troubledStore(this.truth, {
          delay: () => pauses.for(random() * STORE_MS),
          failure: (method) => {
            // Without these nobody gets in, which is another test's affair.
            if (method === 'signIn' || method === 'signUp' || method === 'takeIdBlock') return undefined;
            if (!this.isBusy || random() >= trouble.failing) return undefined;
            return new StoreError('unavailable', 'The fuzz wants it so.');
          },
        });
      },
      observe: () => {
        const told = new TwiceTold();
        this.told.push(told);
        return {
          ...told.observer,
          refused: (_n, sentence) => this.sentences.set(sentence, (this.sentences.get(sentence) ?? 0) + 1),
        };
      },
      onStep: ({ participants }) => {
        this.#pauses.pump();
        if (this.isBusy) for (const { client } of participants) if (client.state.phase === 'joined') this.#act(client);
      },
    });
  }

  #act(client: Client): void {
    const random = this.#random;
    const place = client.ownPosition();
    if (place === undefined) return;
    const near = (at: number): number => tileOf(at) + Math.round((random() - 0.5) * 12);
    const isTimeFor = (everyMs: number): boolean => random() < STEP_MS / everyMs;
    if (isTimeFor(700)) {
      const kind = TILE_KINDS[Math.floor(random() * TILE_KINDS.length)]?.number ?? 0;
      client.build(near(place.x), near(place.y), random() < 0.3 ? 0 : random() < 0.5 ? 17 : kind);
    }
    if (isTimeFor(4000)) client.undo();
    if (isTimeFor(3000)) client.say(`${random() < 0.2 ? '/me says ' : ''}word ${++this.#said}`);
    if (isTimeFor(12_000)) client.say(random() < 0.5 ? '/roll 2d6' : `/to somebody psst ${++this.#said}`);
    if (isTimeFor(9000)) client.emote(Math.floor(random() * EMOTES));
    if (isTimeFor(15_000)) {
      client.setPersona({ name: `Name ${Math.floor(random() * 1e6)}`, look: Math.floor(random() * LOOKS) });
    }
    if (this.#trouble.goHome && isTimeFor(20_000)) client.say(random() < 0.5 ? '/home' : '/home here');
  }

  async run(busyMs: number, calmMs: number): Promise<void> {
    await this.simulation.start();
    await this.simulation.roam(busyMs);
    this.isBusy = false;
    await this.simulation.calm(calmMs);
  }

  /** Whatever is another than in the store, or told twice. */
  async faults(): Promise<string[]> {
    const { nodes, participants, terrain } = this.simulation;
    const [first] = nodes;
    if (first === undefined) throw new Error('there are no nodes');
    const squares: SquareAddress[] = [];
    for (let sy = -4; sy < 4; sy++) for (let sx = -4; sx < 4; sx++) squares.push({ sx, sy });
    const { tick } = first.world;
    const truth = new ThingsTruth({
      store: this.truth,
      terrain,
      most: this.#gems,
      tick,
      lastLines: this.#trouble.lastLines,
    });
    const found = [
      ...nodes.map((node) => truth.faultsOfNode(node, squares)),
      ...participants.map(({ client }) => truth.faultsOfClient(client)),
    ];
    return [...(await Promise.all(found)).flat(), ...this.told.flatMap(({ faults }) => faults)];
  }

  async report(seed: number): Promise<Record<string, number>> {
    const { edits, chat, gems } = await this.truth.info();
    const clients = this.simulation.participants.map(({ client }) => client.counters.corrections);
    return {
      seed,
      edits,
      chat,
      gems,
      told: sum(this.told.map((told) => told.edits + told.lines)),
      refusals: sum(this.sentences.values()),
      corrections: sum(clients),
      dropped: this.simulation.broker.dropped,
    };
  }
}
