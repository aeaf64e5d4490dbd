import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { isIntact } from './lmdb-values.ts';

/**
 * LMDB maps its file into memory and believes every number in it: a damaged one can end the process. So the file is
 * walked here first, from its two heads through every tree to every value, as data format 2 of LMDB lays it out
 * (struct MDB_meta, MDB_page_header, MDB_node and MDB_db in its mdb.c).
 */
const MAGIC = 0xbeefc0de;
const FORMAT = 2;
const PAGE_HEADER_BYTES = 24;
const NODE_HEADER_BYTES = 8;
const TREE_BYTES = 48;
const OVERFLOW_BYTES = 24;
const MIN_PAGE_BYTES = 256;
const MAX_PAGE_BYTES = 65_536;
const BRANCH = 1;
const LEAF = 2;
const OVERFLOW = 4;
const META = 8;
/** Flags of a leaf's node: the value lies on pages of its own; it is a tree. */
const BIG = 1;
const TREE = 2;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

class Damage extends Error {}

interface Tree {
  readonly depth: number;
  readonly entries: number;
  readonly root: number | undefined;
}

interface Head {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly version: number;
  readonly free: Tree;
  readonly main: Tree;
}

/** Where an entry lies in its page, and where its key begins and ends. */
interface Node {
  readonly at: number;
  readonly key: number;
  readonly end: number;
}

interface Key {
  readonly page: Buffer;
  readonly node: Node;
}

/** Keys from the one, below the other. */
interface Range {
  readonly low: Key | undefined;
  readonly high: Key | undefined;
}

type Compare = (pageA: Buffer, a: Node, pageB: Buffer, b: Node) => number;
type Visit = (value: Buffer, flags: number) => void;

/**
 * Looks through a file of LMDB; takes as long as reading all of it.
 * @returns what is damaged, as the end of a sentence; undefined for a file that is whole, or not there yet
 * @throws the system's error when it cannot be read
 */
export function findDamage(path: string): string | undefined {
  // Its numbers are in the order of the machine; those of the other kind are so rare that they go unchecked.
  if (endianness() !== 'LE') return undefined;
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const size = fstatSync(file).size;
    if (size === 0) throw new Damage('data.mdb is empty');
    const head = readHead(file);
    try {
      new Walk(file, size, head).run();
    } catch (error) {
      // Somebody writes, who may have reused what this head led to; they have looked at the file before.
      if (readHead(file).version > head.version) return undefined;
      throw error;
    }
    return undefined;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  } finally {
    closeSync(file);
  }
}

/** The newer of the two heads. */
function readHead(file: number): Head {
  const first = headAt(file, 0);
  const second = headAt(file, first.pageBytes);
  if (second.pageBytes !== first.pageBytes) throw new Damage('its two beginnings contradict each other');
  return second.version > first.version ? second : first;
}

function headAt(file: number, at: number): Head {
  const bytes = Buffer.alloc(PAGE_HEADER_BYTES + 24 + 2 * TREE_BYTES + 24);
  const isRead = readSync(file, bytes, 0, bytes.length, at) === bytes.length;
  const meta = bytes.subarray(PAGE_HEADER_BYTES);
  const isMeta = isRead && bytes.readUInt16LE(18) === META && meta.readUInt32LE(0) === MAGIC;
  if (!isMeta) throw new Damage('it does not begin like a world of Flatlands');
  if ((meta.readUInt32LE(4) & 0xffff) !== FORMAT) throw new Damage('it is of another format');
  const free = meta.subarray(24, 24 + TREE_BYTES);
  const rest = meta.subarray(24 + 2 * TREE_BYTES);
  const pageBytes = free.readUInt32LE(0);
  const isPower = pageBytes >= MIN_PAGE_BYTES && pageBytes <= MAX_PAGE_BYTES && (pageBytes & (pageBytes - 1)) === 0;
  if (!isPower) throw new Damage('it does not begin like a world of Flatlands');
  return {
    pageBytes,
    lastPage: longAt(rest, 0),
    version: longAt(rest, 8),
    free: treeOf(free),
    main: treeOf(meta.subarray(24 + TREE_BYTES, 24 + 2 * TREE_BYTES)),
  };
}

const treeOf = (bytes: Buffer): Tree => ({
  depth: bytes.readUInt16LE(6),
  entries: longAt(bytes, 32),
  root: bytes.readBigUInt64LE(40) === NO_PAGE ? undefined : longAt(bytes, 40),
});

function longAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > Number.MAX_SAFE_INTEGER) throw new Damage('a number in it is out of all range');
  return Number(value);
}

class Walk {
  readonly #file: number;
  readonly #size: number;
  readonly #head: Head;
  /** A bit for every page that has been met. */
  readonly #seen: Uint8Array;

  constructor(file: number, size: number, head: Head) {
    this.#file = file;
    this.#size = size;
    this.#head = head;
    // Pages at the end may be free ones that were never written.
    this.#seen = new Uint8Array(Math.floor(size / head.pageBytes / 8) + 1);
  }

  run(): void {
    const { main, free } = this.#head;
    const lists: Buffer[] = [];
    this.#tree(main, byBytes, (value, flags) => {
      if (flags !== TREE || value.length !== TREE_BYTES) throw new Damage('its list of tables is damaged');
      this.#tree(treeOf(value), byBytes, (packed, valueFlags) => {
        if ((valueFlags & ~BIG) !== 0 || !isIntact(packed)) throw new Damage('a value in it is damaged');
      });
    });
    this.#tree(free, byNumber, (list) => lists.push(Buffer.from(list)));
    for (const list of lists) this.#checkFree(list);
  }

  /** Free pages are written over: none of them may be in use. Negative numbers are lengths of runs, zeros gaps. */
  #checkFree(list: Buffer): void {
    const count = list.length < 8 ? Number.NaN : longAt(list, 0);
    if (!(count * 8 + 8 <= list.length)) throw new Damage('its list of free pages is damaged');
    for (let i = 1; i <= count; i++) {
      const page = list.readBigInt64LE(i * 8);
      if (page <= 0n) continue;
      const isFree = page > 1n && page <= BigInt(this.#head.lastPage) && !this.#isSeen(Number(page));
      if (!isFree) throw new Damage(`page ${page} is both in use and free`);
    }
  }

  #tree({ root, depth, entries }: Tree, compare: Compare, visit: Visit): void {
    let count = 0;
    if (root !== undefined) {
      this.#page(root, depth, { low: undefined, high: undefined }, compare, (value, flags) => {
        count++;
        visit(value, flags);
      });
    }
    if (count !== entries) throw new Damage(`${Math.abs(entries - count)} of its entries are missing`);
  }

  /** @param depth pages from this one to the leaves, both counted */
  #page(number: number, depth: number, { low, high }: Range, compare: Compare, visit: Visit): void {
    const isBranch = depth > 1;
    const page = this.#read(number);
    const nodes = this.#nodes(page, number, isBranch ? BRANCH : LEAF);
    // The first key of a branch is not kept.
    const first = isBranch ? 1 : 0;
    for (let i = first + 1; i < nodes.length; i++) {
      if (compare(page, nodes[i - 1] as Node, page, nodes[i] as Node) >= 0) throw outOfOrder(number);
    }
    const [lowest, highest] = [nodes[first], nodes.at(-1)];
    if (lowest !== undefined && low !== undefined && compare(low.page, low.node, page, lowest) > 0) {
      throw outOfOrder(number);
    }
    if (lowest !== undefined && high !== undefined && compare(page, highest as Node, high.page, high.node) >= 0) {
      throw outOfOrder(number);
    }
    for (const [i, node] of nodes.entries()) {
      if (isBranch) {
        const child = page.readUInt32LE(node.at) + page.readUInt16LE(node.at + 4) * 2 ** 32;
        const next = nodes[i + 1];
        const range = { low: i === 0 ? low : { page, node }, high: next === undefined ? high : { page, node: next } };
        this.#page(child, depth - 1, range, compare, visit);
      } else visit(this.#valueOf(page, number, node), page.readUInt16LE(node.at + 4));
    }
  }

  #nodes(page: Buffer, number: number, kind: number): Node[] {
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    const room = page.length - PAGE_HEADER_BYTES;
    const isWhole = page.readUInt16LE(18) === kind && lower % 2 === 0 && lower > 0 && lower <= upper && upper <= room;
    if (!isWhole) throw damaged(number);
    const nodes: Node[] = [];
    for (let i = 0; i < lower / 2; i++) {
      const offset = page.readUInt16LE(PAGE_HEADER_BYTES + i * 2);
      if (offset < upper || offset + NODE_HEADER_BYTES > room) throw damaged(number);
      const at = PAGE_HEADER_BYTES + offset;
      const key = at + NODE_HEADER_BYTES;
      const end = key + page.readUInt16LE(at + 6);
      if (end > page.length) throw damaged(number);
      nodes.push({ at, key, end });
    }
    return nodes;
  }

  #valueOf(page: Buffer, number: number, { at, end }: Node): Buffer {
    const bytes = page.readUInt32LE(at);
    const isBig = (page.readUInt16LE(at + 4) & BIG) !== 0;
    const to = end + (isBig ? OVERFLOW_BYTES : bytes);
    if (to > page.length) throw damaged(number);
    const value = page.subarray(end, to);
    return isBig ? this.#bigValue(longAt(value, 0), longAt(value, 16), bytes) : value;
  }

  /** A value on pages of its own, of which only the first has a header. */
  #bigValue(number: number, pages: number, bytes: number): Buffer {
    if (PAGE_HEADER_BYTES + bytes > pages * this.#head.pageBytes) throw damaged(number);
    const run = this.#read(number, pages);
    const isWhole = run.readUInt16LE(18) === OVERFLOW && run.readUInt32LE(20) === pages;
    if (!isWhole) throw damaged(number);
    return run.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + bytes);
  }

  /** Reads pages that nothing else may use, and sees to it that they say who they are. */
  #read(number: number, pages = 1): Buffer {
    const { pageBytes, lastPage } = this.#head;
    const end = number + pages;
    if (!(number > 1 && pages > 0 && end <= lastPage + 1)) throw new Damage(`page ${number} is none of its own`);
    if (end * pageBytes > this.#size) throw new Damage(`it ends before page ${end - 1}`);
    for (let page = number; page < end; page++) {
      if (this.#isSeen(page)) throw new Damage(`page ${page} is in use twice`);
      this.#seen[page >> 3] = (this.#seen[page >> 3] as number) | (1 << (page & 7));
    }
    const bytes = Buffer.allocUnsafe(pages * pageBytes);
    const isRead = readSync(this.#file, bytes, 0, bytes.length, number * pageBytes) === bytes.length;
    // By what made it, too: LMDB takes a page from after the last transaction for one that it is just writing.
    if (!isRead || longAt(bytes, 0) !== number || longAt(bytes, 8) > this.#head.version) throw damaged(number);
    return bytes;
  }

  #isSeen(page: number): boolean {
    return (((this.#seen[page >> 3] ?? 0) >> (page & 7)) & 1) === 1;
  }
}

const damaged = (page: number): Damage => new Damage(`page ${page} is damaged`);
const outOfOrder = (page: number): Damage => new Damage(`page ${page} is out of order`);

const byBytes: Compare = (pageA, a, pageB, b) => pageA.compare(pageB, b.key, b.end, a.key, a.end);

/** Keys of free pages are numbers in the order of the machine. */
const byNumber: Compare = (pageA, a, pageB, b) => {
  if (a.end - a.key !== 8 || b.end - b.key !== 8) throw new Damage('its list of free pages is damaged');
  return longAt(pageA, a.key) - longAt(pageB, b.key);
};
