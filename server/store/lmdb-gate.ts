import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { storeErrorOf } from './lmdb-errors.ts';
import { StoreError } from './store.ts';

/** An attempt to get in ends after this or up to twice as long, in ms, and another is made … */
const ATTEMPT_MS = 2_000;
/** … until this, in ms. */
const GATE_MS = 30_000;
/** Who says nothing for so long, in ms, is taken for what the name of their socket says. */
const SILENT_MS = 1_000;
/** Longest path that a socket can have anywhere, in bytes. */
const MAX_SOCKET_PATH = 100;
/** More than anybody says at once, in characters. */
const MAX_LINE = 1_000;
const UPKEEP = 'upkeep';
const ENDING = '.sock';

/** What the one who is asked says. */
interface Status {
  /** As in `socketName`. */
  readonly shard: string;
  readonly pid: number;
  /** Whether it has the folder open. */
  readonly isOpen: boolean;
  /** Whether the one who asks may open it now; as long as the connection stands, nothing is written. */
  readonly go: boolean;
}

/** Whose changes wait while somebody else opens the folder. */
export interface Pausable {
  /** Resolves when no change is under way; none begins before `resume`. */
  pause(): Promise<void>;
  resume(): void;
}

/**
 * The gate of a folder, through which every process goes that opens it, one at a time and while nobody writes: LMDB,
 * when it is opened, sets the number of the last transaction to what it has read a moment before, and what has been
 * committed in that moment would be lost. It is also what tells who has the folder.
 *
 * Every process listens on a socket in the folder. Who comes asks everybody who was there before, and they let it in
 * when they have stopped writing; who is on the way in too goes first or lets the other go first, by name (the
 * algorithm of Ricart and Agrawala, "An Optimal Algorithm for Mutual Exclusion in Computer Networks", 1981). Whether a
 * process lives is the kernel's word: a dead one takes no connection and drops those it had, a busy or stopped one
 * does neither. Unlike process ids, sockets are never mistaken for others later, and are seen from several containers.
 */
export class LmdbGate {
  readonly #folder: string;
  readonly #shard: string;
  readonly #name: string;
  readonly #place: SocketPlace;
  #server: Server | undefined;
  /** Those who were there before. */
  #asked = new Set<string>();
  readonly #hosts = new Set<Socket>();
  /** Those who want to get in while this one is there or goes first. */
  readonly #guests = new Set<Socket>();
  /** Once this one has the folder open. */
  #writer: Pausable | undefined;

  private constructor(folder: string, shard: string) {
    this.#folder = folder;
    this.#shard = shard;
    // By time, which is one for all processes of a machine, and then at random.
    const stamp = process.hrtime.bigint().toString().padStart(20, '0');
    this.#name = `${stamp}${randomBytes(4).toString('hex')}-${shard}${ENDING}`;
    this.#place = socketPlace(folder, this.#name);
  }

  /**
   * Waits until the folder may be opened; nobody writes there until `opened` or `close`.
   * @param sharedBy the shard's token; undefined for upkeep, which goes beside any
   * @throws StoreError `taken` when another shard has the folder
   */
  static async enter(folder: string, sharedBy: string | undefined): Promise<LmdbGate> {
    const hash = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 12);
    const deadline = performance.now() + GATE_MS;
    for (;;) {
      const gate = new LmdbGate(folder, sharedBy === undefined ? UPKEEP : hash(sharedBy));
      try {
        if (await gate.#enter()) return gate;
      } catch (error) {
        await gate.close();
        throw storeErrorOf(folder, error);
      }
      await gate.close();
      if (performance.now() > deadline) {
        const sentence = `The folder ${folder} is in use by another server that does not answer`;
        throw new StoreError('unavailable', `${sentence}: stop it, or give another --data.`);
      }
    }
  }

  /** The folder is open; from now on this one stops writing when somebody else wants to open it. */
  opened(writer: Pausable): void {
    this.#writer = writer;
    for (const host of this.#hosts) host.destroy();
    for (const guest of this.#guests) void this.#letIn(guest, writer);
  }

  /** After the folder has been closed. */
  async close(): Promise<void> {
    for (const socket of [...this.#hosts, ...this.#guests]) socket.destroy();
    const server = this.#server;
    if (server !== undefined) {
      rmSync(join(this.#folder, this.#name), { force: true });
      await new Promise((closed) => server.close(closed));
    }
    this.#place.close();
  }

  async #enter(): Promise<boolean> {
    const draft = `${this.#name}.tmp`;
    this.#server = await listen(this.#place.pathOf(draft), (socket) => this.#receive(socket));
    // Only now, so that a socket that takes no connection is a dead one's; and at once, so that who is not found here
    // is sure to find this one.
    renameSync(join(this.#folder, draft), join(this.#folder, this.#name));
    const others = readdirSync(this.#folder).filter((name) => name.endsWith(ENDING) && name !== this.#name);
    this.#asked = new Set(others);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ATTEMPT_MS * (1 + Math.random()));
    });
    try {
      const all = Promise.all(others.map((name) => this.#ask(name)));
      return await Promise.race([all.then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when one who was there before lets this one in, or is gone. */
  #ask(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#place.pathOf(name));
      this.#hosts.add(socket);
      const isOther = (shard: string): boolean => ![shard, this.#shard].includes(UPKEEP) && shard !== this.#shard;
      const silence = setTimeout(() => {
        if (isOther(shardOf(name))) reject(takenError(this.#folder, undefined));
      }, SILENT_MS);
      socket.on('error', ({ code }: NodeJS.ErrnoException) => {
        if (code === 'ECONNREFUSED') rmSync(join(this.#folder, name), { force: true });
      });
      socket.on('close', () => {
        clearTimeout(silence);
        this.#hosts.delete(socket);
        resolve();
      });
      eachLine<Status>(socket, ({ shard, pid, isOpen, go }) => {
        clearTimeout(silence);
        if (isOpen && isOther(shard)) reject(takenError(this.#folder, pid));
        else if (go) resolve();
      });
      socket.write(`${JSON.stringify(this.#name)}\n`);
    });
  }

  #receive(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#guests.delete(socket);
      if (this.#guests.size === 0) this.#writer?.resume();
    });
    this.#say(socket, false);
    eachLine<string>(socket, (name) => {
      const goesFirst = this.#writer === undefined && this.#asked.has(name) && name < this.#name;
      if (goesFirst) this.#say(socket, true);
      else {
        this.#guests.add(socket);
        if (this.#writer !== undefined) void this.#letIn(socket, this.#writer);
      }
    });
  }

  async #letIn(guest: Socket, writer: Pausable): Promise<void> {
    await writer.pause();
    this.#say(guest, true);
  }

  #say(socket: Socket, go: boolean): void {
    const status: Status = { shard: this.#shard, pid: process.pid, isOpen: this.#writer !== undefined, go };
    if (!socket.destroyed) socket.write(`${JSON.stringify(status)}\n`);
  }
}

const shardOf = (name: string): string => name.slice(name.indexOf('-') + 1, -ENDING.length);

function takenError(folder: string, pid: number | undefined): StoreError {
  const by = pid === undefined ? 'another server' : `another server (process ${pid})`;
  return new StoreError('taken', `The folder ${folder} is in use by ${by}: stop it, or give another --data.`);
}

/** What cannot be read is passed over: it was cut off. */
function eachLine<T>(socket: Socket, take: (value: T) => void): void {
  let begun = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (begun + text).split('\n');
    begun = lines.pop() ?? '';
    if (begun.length > MAX_LINE) socket.destroy();
    for (const line of lines) {
      const value = readLine<T>(line);
      if (value !== undefined) take(value);
    }
  });
}

function readLine<T>(line: string): T | undefined {
  try {
    return JSON.parse(line) as T;
  } catch {
    return undefined;
  }
}

function listen(path: string, receive: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(receive).unref();
    server.once('error', reject);
    // Its own, also in one of several workers, which otherwise share what they listen on.
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}

/** How the sockets of a folder are addressed. */
interface SocketPlace {
  pathOf(name: string): string;
  close(): void;
}

/** A path too long for a socket is shortened by way of the open folder (on Linux). */
function socketPlace(folder: string, name: string): SocketPlace {
  const pathOf = (socket: string): string => join(folder, socket);
  if (Buffer.byteLength(pathOf(`${name}.tmp`)) <= MAX_SOCKET_PATH) return { pathOf, close: () => undefined };
  const handle = openSync(folder, 'r');
  return { pathOf: (socket) => `/proc/self/fd/${handle}/${socket}`, close: () => closeSync(handle) };
}
