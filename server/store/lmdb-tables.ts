import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type Database, type Key, open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb';
import { storeErrorOf } from './lmdb-errors.ts';
import type { Pausable } from './lmdb-gate.ts';
import { type SquareAddress, StoreError } from './store.ts';

/** A change that is not on the disk after this, in ms, rejects; whether it will get there is then not known. */
const WRITE_MS = 10_000;
/** Entries looked at in one go; other things have their turn before the next. */
const SCAN_ENTRIES = 500;

export type Table<K extends Key = Key> = Database<Buffer, K>;

export interface Entry<K extends Key> {
  readonly key: K;
  readonly value: Buffer;
}

export type SquareKey = [sx: number, sy: number];
export type LineKey = [sx: number, sy: number, id: number];

/** LMDB's encoding of keys knows no -0, which is 0 everywhere else. */
export const squareKey = ({ sx, sy }: SquareAddress): SquareKey => [sx + 0, sy + 0];
export const lineKey = ({ sx, sy }: SquareAddress, id: number): LineKey => [sx + 0, sy + 0, id];

/**
 * The tables of a folder. Keys are in LMDB's order of numbers, texts and lists of them; values as in lmdb-values.ts.
 * Changes are made in transactions that run one at a time in all processes together, each on what the one before has
 * left, and are on the disk when their promise resolves.
 */
export class LmdbTables implements Pausable {
  /** By name: what the folder is, who holds it, and counters. */
  readonly meta: Table<string>;
  /** By id. */
  readonly players: Table<number>;
  /** The hash of a token to an id. */
  readonly tokens: Table<string>;
  /** Edits. */
  readonly squares: Table<SquareKey>;
  /** An edit with its maker, under the revision that it made. */
  readonly log: Table<LineKey>;
  /** What those who run the world have laid down, by key … */
  readonly rules: Table<string>;
  /** … and done, by id. */
  readonly audit: Table<number>;
  /** A line under its id; the last id given under 0. */
  readonly talk: Table<LineKey>;
  /** Who has a gem. */
  readonly claims: Table<[period: number, gem: string]>;
  /** By id. */
  readonly scores: Table<number>;
  /** The same, best first: less the score, and the id; the value says nothing. */
  readonly ranks: Table<[lessScore: number, id: number]>;
  readonly folder: string;
  readonly #root: RootDatabase<Buffer>;
  /** Those asked for and not yet answered. */
  readonly #changes = new Set<Promise<unknown>>();
  /** Transactions that the library has not done with. */
  #underWay = 0;
  /** Called when there are none any more. */
  #idle: (() => void)[] = [];
  /** While changes have to wait. */
  #pause: { readonly over: Promise<void>; end(): void } | undefined;
  /** What is about to end the process. */
  #crash: unknown;
  #isClosed = false;

  /** @throws StoreError when the folder cannot be opened */
  constructor(folder: string) {
    this.folder = folder;
    const options: RootDatabaseOptionsWithPath & { readonly permissionsMode: number } = {
      path: folder,
      // A folder whatever its name looks like.
      noSubdir: false,
      maxDbs: 16,
      encoding: 'binary',
      permissionsMode: 0o600,
      // A commit waits for the disk before it is one: that is what a promise means here, and it fails as a whole.
      overlappingSync: false,
      // The start of such a batch is a promise that nobody can reach, whose rejection would end the process.
      eventTurnBatching: false,
    };
    try {
      this.#root = open<Buffer>(options);
      const table = <K extends Key>(name: string): Table<K> =>
        this.#root.openDB<Buffer, K>(name, { encoding: 'binary' });
      this.meta = table('meta');
      this.players = table('players');
      this.tokens = table('tokens');
      this.squares = table('squares');
      this.log = table('log');
      this.rules = table('rules');
      this.audit = table('audit');
      this.talk = table('talk');
      this.claims = table('claims');
      this.scores = table('scores');
      this.ranks = table('ranks');
    } catch (error) {
      throw storeErrorOf(folder, error);
    }
    process.on('exit', this.#exit).on('uncaughtExceptionMonitor', this.#noteCrash);
  }

  /** Reads, synchronously, what has been committed by now, by whatever process. */
  read<T>(look: () => T): T {
    try {
      this.#mustBeOpen();
      this.#root.resetReadTxn();
      return look();
    } catch (error) {
      throw storeErrorOf(this.folder, error);
    }
  }

  /**
   * Runs a change as one transaction. It reads what it needs before it writes: when a read throws nothing has been
   * written, and when a write does the whole transaction fails, with all that happened to be in it.
   */
  write<T>(change: () => T): Promise<T> {
    return this.#ask(this.#transact(change, (action) => this.#root.transaction(action)));
  }

  /** Like `write`, for a change that may throw between its writes; dearer. */
  writeOrUndo<T>(change: () => T): Promise<T> {
    return this.#ask(this.#transact(change, (action) => this.#root.childTransaction(action)));
  }

  /** Entries in order, some at a time; what changes meanwhile is given as it was or as it is. */
  async *scan<K extends Key>(table: Table<K>, from?: Key): AsyncGenerator<readonly Entry<K>[]> {
    let start: { readonly start?: Key; readonly exclusiveStart?: boolean } = from === undefined ? {} : { start: from };
    for (;;) {
      const entries = this.read(() => [...table.getRange({ ...start, limit: SCAN_ENTRIES })] as Entry<K>[]);
      if (entries.length > 0) yield entries;
      const last = entries.at(-1);
      if (last === undefined || entries.length < SCAN_ENTRIES) return;
      start = { start: last.key, exclusiveStart: true };
      await nextTurn();
    }
  }

  async pause(): Promise<void> {
    if (this.#pause === undefined) {
      let end = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      this.#pause = { over, end };
    }
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  resume(): void {
    this.#pause?.end();
    this.#pause = undefined;
  }

  /** Waits for what has been begun. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled(this.#changes);
    await this.#root.close();
    process.off('exit', this.#exit).off('uncaughtExceptionMonitor', this.#noteCrash);
  }

  /**
   * A process that ends would first wait for a transaction under way, and that for the process to go on: it would
   * stay for ever, with the lock that all others need to write. What kill -9 leaves behind is whole.
   */
  readonly #exit = (): void => {
    if (this.#underWay === 0) return;
    // Node would tell of it only after this.
    if (this.#crash !== undefined) writeSync(process.stderr.fd, `${inspect(this.#crash)}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
  readonly #noteCrash = (error: unknown): void => {
    this.#crash = error;
  };

  #mustBeOpen(): void {
    if (this.#isClosed) throw new StoreError('unavailable', `The folder ${this.folder} has been closed.`);
  }

  async #follow<T>(transaction: Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await transaction;
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  #ask<T>(change: Promise<T>): Promise<T> {
    this.#changes.add(change);
    const done = (): boolean => this.#changes.delete(change);
    change.then(done, done);
    return change;
  }

  async #transact<T>(change: () => T, begin: (action: () => T) => Promise<T>): Promise<T> {
    let failure: unknown;
    const action = (): T => {
      try {
        return change();
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const sentence = `The folder ${this.folder} did not take a change within ${WRITE_MS / 1000} s.`;
      timer = setTimeout(() => reject(new StoreError('unavailable', sentence)), WRITE_MS);
    });
    try {
      this.#mustBeOpen();
      while (this.#pause !== undefined) await Promise.race([this.#pause.over, late]);
      return await Promise.race([this.#follow(begin(action)), late]);
    } catch (error) {
      throw storeErrorOf(this.folder, failure ?? (await causeOf(error)));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Why a commit failed, which the library tells by a promise that rejects. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
