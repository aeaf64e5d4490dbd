import type { Client } from '../../client/core/client.ts';
import type { Observer } from '../../client/core/observer.ts';
import type { Node } from '../../server/node.ts';
import type { SquareAddress, Store } from '../../server/store/store.ts';
import { gemPeriod, gemsOf } from '../../shared/gems.ts';
import type { Line } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import type { Terrain } from '../../shared/terrain.ts';

/** Lines that a client's log is sure to hold of each square, although it holds no more than 300 in all. */
const LAST_LINES = 5;

/** What the store has of a square, as texts that can be compared. */
interface SquareTruth {
  readonly revision: number;
  readonly tiles: string;
  readonly lines: readonly string[];
  /** Gems that nobody has claimed. */
  readonly gems: string;
  readonly claimed: number;
}

export interface TruthOptions {
  readonly store: Store;
  readonly terrain: Terrain;
  /** Most gems in a square. */
  readonly most: number;
  readonly tick: number;
  /** How many of the last lines of each square a client must have heard: so many that its log is sure to hold them. */
  readonly lastLines?: number | undefined;
}

const sorted = (texts: Iterable<string>): string => [...texts].sort().join(' ');
const tilesOf = (tiles: Iterable<readonly [tile: number, kind: number]>): string =>
  sorted([...tiles].filter(([, kind]) => kind !== 0).map(([tile, kind]) => `${tile}:${kind}`));
/** Of two lists of tiles, what only one of them has. */
function differenceOf(is: string, should: string): string {
  const [own, right] = [is.split(' '), should.split(' ')];
  const extra = own.filter((tile) => !right.includes(tile));
  const missing = right.filter((tile) => !own.includes(tile));
  return `tiles ${extra} too many and ${missing} too few`;
}

const lineText = ({ id, player, name, text }: Line): string => `${id} ${player} ${name}: ${text}`;

/** What the store has, compared with what nodes and clients believe. */
export class ThingsTruth {
  readonly #options: TruthOptions;
  readonly #squares = new Map<string, Promise<SquareTruth>>();

  constructor(options: TruthOptions) {
    this.#options = options;
  }

  /** What a node knows wrongly of the squares it looks at among those given, in words. */
  async faultsOfNode(node: Node, squares: Iterable<SquareAddress>): Promise<string[]> {
    const wrong: string[] = [];
    for (const { sx, sy } of squares) {
      const things = node.grid.thingsOf(sx, sy);
      if (things === undefined) continue;
      const truth = await this.#of({ sx, sy });
      const { revision, claimed, period } = things.marks;
      const compare = (what: string, is: unknown, should: unknown): void => {
        if (is !== should) wrong.push(`a node has ${what} ${String(is)} of ${sx},${sy}, and not ${String(should)}`);
      };
      compare('revision', revision, truth.revision);
      const tiles = tilesOf(node.ground.tilesOf(sx, sy));
      if (tiles !== truth.tiles) wrong.push(`a node has ${differenceOf(tiles, truth.tiles)} in ${sx},${sy}`);
      const isPresent = period === gemPeriod(this.#options.terrain.seed, sx, sy, this.#options.tick);
      compare('claims', isPresent ? claimed : 0, truth.claimed);
      const told = things.picture(Number.MAX_SAFE_INTEGER).flatMap((bytes) => decodeServerFrame(bytes));
      const lines = told.flatMap((message) => (message.type === 'lines' ? message.lines : []));
      compare('lines', lines.map(lineText).join('; '), truth.lines.join('; '));
    }
    return wrong;
  }

  /** What a client knows wrongly of the squares of its interest, in words. */
  async faultsOfClient(client: Client): Promise<string[]> {
    const wrong: string[] = [];
    const heard = new Set(client.chat.entries.map(({ key }) => key));
    const lying = new Map<string, string[]>();
    for (const { sx, sy, index } of client.gems()) {
      const square = lying.get(`${sx},${sy}`) ?? [];
      lying.set(`${sx},${sy}`, [...square, `${index}`]);
    }
    for (const { sx, sy } of client.squares.values()) {
      const truth = await this.#of({ sx, sy });
      const who = `client ${client.own?.id}`;
      const tiles = tilesOf(client.ground?.tilesOf(sx, sy) ?? []);
      if (tiles !== truth.tiles) wrong.push(`${who} has ${differenceOf(tiles, truth.tiles)} in ${sx},${sy}`);
      for (const line of truth.lines.slice(-(this.#options.lastLines ?? LAST_LINES))) {
        if (!heard.has(`${sx},${sy}:${line.split(' ')[0]}`))
          wrong.push(`${who} has not heard "${line}" in ${sx},${sy}`);
      }
      const gems = sorted(lying.get(`${sx},${sy}`) ?? []);
      if (gems !== truth.gems) wrong.push(`${who} sees gems ${gems} in ${sx},${sy}, and not ${truth.gems}`);
    }
    return wrong;
  }

  #of(square: SquareAddress): Promise<SquareTruth> {
    const key = `${square.sx},${square.sy}`;
    const known = this.#squares.get(key) ?? this.#read(square);
    this.#squares.set(key, known);
    return known;
  }

  async #read({ sx, sy }: SquareAddress): Promise<SquareTruth> {
    const { store, terrain, most, tick } = this.#options;
    const period = gemPeriod(terrain.seed, sx, sy, tick);
    const gems = gemsOf(terrain, most, sx, sy, period).map(({ index }) => [index, `${sx},${sy},${index}`] as const);
    const [{ revision, tiles }, lines, claimed] = await Promise.all([
      store.editsOf({ sx, sy }),
      store.linesOf({ sx, sy }, 0),
      store.claimed(
        period,
        gems.map(([, name]) => name),
      ),
    ]);
    return {
      revision,
      tiles: tilesOf(tiles.map(({ tile, kind }) => [tile, kind] as const)),
      lines: lines.map(lineText),
      gems: sorted(gems.filter(([, name]) => !claimed.has(name)).map(([index]) => `${index}`)),
      claimed: gems.reduce((mask, [index, name]) => (claimed.has(name) ? (mask | (1 << index)) >>> 0 : mask), 0),
    };
  }
}

/** Notes whatever a client is told twice of what is built and said. */
export class TwiceTold {
  readonly faults: string[] = [];
  /** Edits and lines told as news. */
  edits = 0;
  lines = 0;
  readonly #revisions = new Map<string, number>();
  readonly #heard = new Set<string>();

  readonly observer: Partial<Observer> = {
    joined: () => {
      this.#revisions.clear();
      this.#heard.clear();
    },
    pictured: (sx, sy, revision) => this.#revisions.set(`${sx},${sy}`, revision),
    edited: (sx, sy, edits) => {
      const key = `${sx},${sy}`;
      for (const { revision } of edits) {
        this.edits++;
        const known = this.#revisions.get(key);
        if (known === undefined) continue;
        if (revision <= known) this.faults.push(`edit ${revision} of ${key} was told after ${known}`);
        else this.#revisions.set(key, revision);
      }
    },
    lines: (sx, sy, lines, isHistory) => {
      for (const { id } of lines) {
        const key = `${sx},${sy}:${id}`;
        if (!isHistory) {
          this.lines++;
          if (this.#heard.has(key)) this.faults.push(`line ${key} was told as news twice, or after it was history`);
        }
        this.#heard.add(key);
      }
    },
  };
}
