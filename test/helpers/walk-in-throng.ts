import { STANDING } from '../../shared/motion.ts';
import type { ThrongOptions } from '../bench/render/throng.ts';
import { Throng } from '../bench/render/throng.ts';
import { ScriptedServer } from './scripted-server.ts';

/** Between two flushes, and between two frames of the client, in ms. */
const FLUSH_MS = 100;
const FRAME_MS = 100;
/** How often the one who looks on takes another course, in ms. */
const COURSE_MS = 20_000;
const COURSES = [32, 224, 0, 64, 32, 0] as const;

/** A client that walks on and on in a throng, in a time of its own. */
export class WalkInThrong {
  readonly server: ScriptedServer;
  readonly throng: Throng;
  #flushedAt = 0;
  #courseAt = Number.NEGATIVE_INFINITY;
  #course = 0;

  constructor(options: ThrongOptions) {
    this.server = new ScriptedServer({ screen: options.screen });
    this.throng = new Throng(options, this.server.tick);
    Object.assign(this.server.spot, this.throng.viewerAt);
    this.server.client.connect();
    this.server.welcome({ terrain: options.terrain.kind, seed: options.terrain.seed });
  }

  /** Walks for so many ms; `each` is called in every frame. */
  walk(ms: number, each: () => void = () => undefined): void {
    const { server, throng } = this;
    server.pass(ms, FRAME_MS, () => {
      if (server.nowMs - this.#courseAt >= COURSE_MS) {
        this.#courseAt = server.nowMs;
        server.client.walk(COURSES[this.#course++ % COURSES.length] ?? STANDING);
      }
      this.#listen();
      if (server.nowMs - this.#flushedAt >= FLUSH_MS) {
        this.#flushedAt = server.nowMs;
        server.frame(...throng.flush(server.tick));
      }
      each();
    });
  }

  #listen(): void {
    const { server, throng } = this;
    for (const message of server.take()) {
      if (message.type === 'input') throng.input(message);
      if (message.type === 'who') server.frame({ type: 'profiles', profiles: throng.profilesOf(message.ids) });
      if (message.type === 'ask') throw new Error(`The client asked for ${message.sx}, ${message.sy} again.`);
    }
  }
}
