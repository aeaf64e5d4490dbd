import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Topology } from '../../shared/topology.ts';
import { TokenBucket } from '../gateway/token-bucket.ts';
import type { NoticeBoard } from '../notice-board.ts';
import { addModeration, type ModerationApiOptions } from './moderation-api.ts';
import { addNoticeStream } from './notice-stream.ts';

export interface AdminOptions {
  /** What a request has to carry; without it nobody is let in. */
  readonly token: string | null;
  /** How all nodes are; undefined as long as this one is not up. */
  readonly topology: () => Promise<Topology> | undefined;
  /** Hands the players over and stops; undefined where nothing may be changed from here. */
  readonly drain: (() => void) | undefined;
  readonly monotonic: () => number;
  readonly moderation: ModerationApiOptions;
  readonly board: NoticeBoard;
  /** Somebody has begun to look at the board. */
  readonly boardOpened: () => void;
}

/** Wrong tokens that are looked at, per second and at once: nobody tries out many. */
const TRIES_PER_SECOND = 1;
const TRIES_AT_ONCE = 10;
/** Requests with the right one: a page asks when somebody does something, and a script as often as it likes. */
const ASKS_PER_SECOND = 20;
const ASKS_AT_ONCE = 100;

/** For those who run the world, and who say so with `Authorization: Bearer TOKEN`. */
export async function addAdmin(
  app: FastifyInstance,
  { token, topology, drain, monotonic, moderation, board, boardOpened }: AdminOptions,
): Promise<void> {
  const now = monotonic();
  const tries = new TokenBucket(TRIES_PER_SECOND, TRIES_AT_ONCE, now);
  const asks = new TokenBucket(ASKS_PER_SECOND, ASKS_AT_ONCE, now);
  const expected = token === null ? undefined : digestOf(`Bearer ${token}`);

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    reply.header('cache-control', 'no-store');
    const { authorization = '' } = request.headers;
    // Digests are of one length, and tell nothing of what they are of by the time that it takes to compare them.
    const isRight = expected !== undefined && timingSafeEqual(digestOf(authorization), expected);
    if (isRight ? asks.take(1, monotonic()) : tries.take(1, monotonic())) {
      if (isRight) return undefined;
      const why =
        token === null ? 'This server was started without --admin-token.' : 'That takes the token of --admin-token.';
      return reply.code(401).header('www-authenticate', 'Bearer').send({ error: why });
    }
    return reply.code(429).header('retry-after', '1').send({ error: 'Too many requests: try again in a moment.' });
  };

  // The page itself is no secret; what it shows it has to ask for.
  app.get('/admin', (_request, reply) => reply.redirect('/admin/'));
  await app.register(
    async (api) => {
      api.addHook('onRequest', admit);
      api.get('/topology', async (_request, reply) => {
        const asked = topology();
        if (asked === undefined) return reply.code(503).send({ error: 'The server is starting.' });
        return asked;
      });
      api.post('/drain', async (_request, reply) => {
        if (drain === undefined) {
          return reply
            .code(403)
            .send({ error: 'This server was started without --admin-writes, or is one of several workers.' });
        }
        drain();
        return reply.code(202).send({ status: 'draining' });
      });
      addNoticeStream(api, '/notices', board, boardOpened);
      addModeration(api, moderation);
      // Before the client's files, of which there is none here.
      api.all('/*', (_request, reply) => reply.code(404).send({ error: 'There is nothing here.' }));
    },
    { prefix: '/admin/api' },
  );
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
