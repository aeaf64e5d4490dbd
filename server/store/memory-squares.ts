import { MAX_EDITED_SQUARES, MAX_LOGGED_EDITS, MAX_TALK_SQUARES } from './memory-limits.ts';
import {
  type ChatLine,
  KEPT_EDITS,
  KEPT_LINES,
  type LoggedEdit,
  type SquareAddress,
  type Store,
  StoreError,
  type TileEdit,
} from './store.ts';

interface EditedSquare extends SquareAddress {
  revision: number;
  readonly tiles: Map<number, TileEdit>;
}

interface TalkSquare extends SquareAddress {
  lastId: number;
  lines: ChatLine[];
}

const keyOf = ({ sx, sy }: SquareAddress): string => `${sx},${sy}`;

/** What has been built, in the in-process store. */
export class MemoryEdits {
  readonly squares = new Map<string, EditedSquare>();
  /** By square, oldest first. */
  readonly logs = new Map<string, SquareAddress & { readonly edits: LoggedEdit[] }>();
  #logged = 0;

  readonly methods: Pick<Store, 'edit' | 'editsOf' | 'editLog' | 'loggedSquares'> = {
    edit: async (address, tile, kind, ifRevision, maker) => {
      const square = this.#at(address);
      const before = square.tiles.get(tile) ?? { tile, kind: 0, revision: 0 };
      if (ifRevision !== undefined && before.revision !== ifRevision) return undefined;
      this.#keep(square);
      square.revision++;
      square.tiles.set(tile, { tile, kind, revision: square.revision });
      if (maker !== undefined) {
        this.log(square, [{ tile, kind, revision: square.revision, before: before.kind, ...maker }]);
      }
      return { revision: square.revision, before };
    },
    editsOf: async (address) => {
      const { revision, tiles } = this.#at(address);
      return { revision, tiles: [...tiles.values()] };
    },
    editLog: async (address) => [...(this.logs.get(keyOf(address))?.edits ?? [])],
    loggedSquares: () => this.#loggedSquares(),
  };

  async *#loggedSquares(): AsyncGenerator<readonly SquareAddress[]> {
    yield [...this.logs.values()].map(({ sx, sy }) => ({ sx, sy }));
  }

  /** Remembers who made edits. */
  log({ sx, sy }: SquareAddress, edits: readonly LoggedEdit[]): void {
    const key = keyOf({ sx, sy });
    const log = this.logs.get(key) ?? { sx: sx + 0, sy: sy + 0, edits: [] };
    this.logs.delete(key);
    this.logs.set(key, log);
    log.edits.push(...edits);
    this.#logged += edits.length - log.edits.splice(0, Math.max(0, log.edits.length - KEPT_EDITS)).length;
    // Squares where nobody has built for longest go first.
    for (const [oldest, { edits: its }] of this.logs) {
      if (this.#logged <= MAX_LOGGED_EDITS) break;
      this.#logged -= its.splice(0, this.#logged - MAX_LOGGED_EDITS).length;
      if (its.length === 0) this.logs.delete(oldest);
    }
  }

  takeLog(address: SquareAddress, edits: readonly LoggedEdit[]): void {
    this.#logged -= this.logs.get(keyOf(address))?.edits.length ?? 0;
    this.logs.delete(keyOf(address));
    if (edits.length > 0) this.log(address, edits);
  }

  take(address: SquareAddress, revision: number, tiles: readonly TileEdit[]): void {
    const square = this.#at(address);
    this.#keep(square);
    square.revision = Math.max(square.revision, revision);
    square.tiles.clear();
    for (const tile of tiles) square.tiles.set(tile.tile, tile);
  }

  #at({ sx, sy }: SquareAddress): EditedSquare {
    return this.squares.get(keyOf({ sx, sy })) ?? { sx: sx + 0, sy: sy + 0, revision: 0, tiles: new Map() };
  }

  #keep(square: EditedSquare): void {
    const key = keyOf(square);
    if (this.squares.has(key)) return;
    if (this.squares.size >= MAX_EDITED_SQUARES) {
      const sentence = `This server keeps its world in memory, and ${MAX_EDITED_SQUARES} edited squares are all it takes`;
      throw new StoreError('full', `${sentence}: give it a folder with --data.`);
    }
    this.squares.set(key, square);
  }
}

/** What has been said, in the in-process store; squares in the order in which somebody last spoke in them. */
export class MemoryTalk {
  readonly squares = new Map<string, TalkSquare>();
  /** The highest id of a square that fell silent: ids go on above it there, as nobody remembers what they were. */
  #floor = 0;

  readonly methods: Pick<Store, 'say' | 'linesOf' | 'forgetLines'> = {
    say: async (address, { player, name, text, atMs }) => {
      const square = this.#at(address);
      square.lastId++;
      const line: ChatLine = { id: square.lastId, player, name, text, atMs };
      square.lines.push(line);
      if (square.lines.length > KEPT_LINES) square.lines.shift();
      this.#keep(square);
      return line;
    },
    linesOf: async (address, after) => this.#at(address).lines.filter(({ id }) => id > after),
    forgetLines: async (beforeMs) => this.remove(({ atMs }) => atMs < beforeMs),
  };

  remove(isMeant: (line: ChatLine) => boolean): void {
    for (const square of this.squares.values()) square.lines = square.lines.filter((line) => !isMeant(line));
  }

  take(address: SquareAddress, lastId: number, lines: readonly ChatLine[]): void {
    const square = this.#at(address);
    square.lastId = Math.max(square.lastId, lastId);
    square.lines = [...lines];
    this.#keep(square);
  }

  #at({ sx, sy }: SquareAddress): TalkSquare {
    return this.squares.get(keyOf({ sx, sy })) ?? { sx: sx + 0, sy: sy + 0, lastId: this.#floor, lines: [] };
  }

  #keep(square: TalkSquare): void {
    const key = keyOf(square);
    this.squares.delete(key);
    this.squares.set(key, square);
    for (const [silent, { lastId }] of this.squares) {
      if (this.squares.size <= MAX_TALK_SQUARES) break;
      this.#floor = Math.max(this.#floor, lastId);
      this.squares.delete(silent);
    }
  }
}
