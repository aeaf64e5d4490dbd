import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MAX_SQUARE, MIN_SQUARE, TILES_PER_SQUARE } from '../../shared/constants.ts';
import {
  MAX_ANNOUNCEMENT,
  MAX_AREA_NAME,
  MAX_REASON,
  type RevertChoice,
  type TileArea,
} from '../../shared/moderation.ts';
import { cleanText } from '../actions/words.ts';
import { type Moderator, Unmet } from '../moderation/moderator.ts';
import { StoreError } from '../store/store.ts';

export interface ModerationApiOptions {
  /** Undefined as long as the node is not up. */
  readonly moderator: () => Moderator | undefined;
  /** Whether anything may be changed from here. */
  readonly isWritable: boolean;
  /** Where a request comes from. */
  readonly addressOf: (request: FastifyRequest) => string;
  /** The time of day, in ms since 1970. */
  readonly wallMs: () => number;
}

const READ_ONLY = 'This server was started without --admin-writes: nothing can be changed from here.';
const STARTING = 'The server is starting.';

/** Ten years, in minutes: longer is for ever. */
const MAX_MINUTES = 5_256_000;
/** Squares that one area may touch: it is looked at square by square. */
const MAX_AREA_SQUARES = 10_000;
const MAX_PLAYER = 2 ** 32 - 1;
const MAX_BODY_BYTES = 8192;
const MAX_AUDIT = 200;

const player = { type: 'integer', minimum: 1, maximum: MAX_PLAYER };
const minutes = { type: ['number', 'null'], exclusiveMinimum: 0, maximum: MAX_MINUTES };
const reason = { type: 'string', maxLength: MAX_REASON };
const tile = {
  type: 'integer',
  minimum: MIN_SQUARE * TILES_PER_SQUARE,
  maximum: (MAX_SQUARE + 1) * TILES_PER_SQUARE - 1,
};
const area = { left: tile, top: tile, right: tile, bottom: tile };
const AREA_FIELDS = Object.keys(area);

/** What a request's body has to be: these fields and no others. */
const body = (properties: object, required: readonly string[] = []) => ({
  body: { type: 'object', additionalProperties: false, required, properties },
});

interface Limited {
  readonly minutes?: number | null;
  readonly reason?: string;
}

/** What those who run the world may see and do, for those who have been let in by then. */
export function addModeration(
  api: FastifyInstance,
  { moderator, isWritable, addressOf, wallMs }: ModerationApiOptions,
): void {
  const read = (path: string, answer: (one: Moderator, query: Readonly<Record<string, unknown>>) => unknown): void => {
    api.get(path, async (request, reply) => {
      const one = moderator();
      if (one === undefined) return reply.code(503).send({ error: STARTING });
      return answered(reply, async () => answer(one, request.query as Readonly<Record<string, unknown>>));
    });
  };
  const write = <T>(
    path: string,
    schema: object,
    act: (one: Moderator, by: string, asked: T) => Promise<unknown>,
  ): void => {
    const preValidation = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
      isWritable ? undefined : reply.code(403).send({ error: READ_ONLY });
    api.post(path, { schema, preValidation, bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      const one = moderator();
      if (one === undefined) return reply.code(503).send({ error: STARTING });
      return answered(reply, async () => (await act(one, addressOf(request), request.body as T)) ?? { status: 'done' });
    });
  };
  const until = ({ minutes: count = null }: Limited): number | null =>
    count === null ? null : Math.round(wallMs() + count * 60_000);
  const limited = (asked: Limited) => ({ untilMs: until(asked), reason: cleanText(asked.reason ?? '') });

  read('/people', async (one, { q = '' }) => ({ people: await one.people(String(q).slice(0, 64)) }));
  read('/rules', (one) => ({ rules: one.rules, isWritable }));
  read('/follow', async (one, { player: id }) => {
    if (!/^\d{1,10}$/.test(String(id))) throw new BadRequest('Say whom, as in ?player=12.');
    return { id: await one.follow(Number(id)) };
  });
  read('/audit', async (one, { before, most }) => {
    const newest = Number(before ?? Number.MAX_SAFE_INTEGER);
    const count = Math.min(MAX_AUDIT, Math.max(1, Number(most ?? 50)));
    if (!Number.isSafeInteger(newest) || !Number.isInteger(count)) throw new BadRequest('before and most are numbers.');
    return { entries: await one.audit(newest, count) };
  });

  write<{ player: number; reason?: string }>('/kick', body({ player, reason }, ['player']), (one, by, asked) =>
    one.kick(by, asked.player, cleanText(asked.reason ?? '')),
  );
  write<Limited & { player?: number; address?: string }>(
    '/ban',
    body({ player, address: { type: 'string', pattern: '^[0-9a-f.:]{1,45}$' }, minutes, reason }),
    (one, by, asked) => {
      if ((asked.player === undefined) === (asked.address === undefined)) {
        throw new BadRequest('Name a player or an address, and not both.');
      }
      if (asked.player !== undefined) return one.ban(by, { kind: 'ban', player: asked.player, ...limited(asked) });
      return one.ban(by, { kind: 'address', address: asked.address ?? '', ...limited(asked) });
    },
  );
  write<Limited & { player: number }>('/mute', body({ player, minutes, reason }, ['player']), (one, by, asked) =>
    one.mute(by, { kind: 'mute', player: asked.player, ...limited(asked) }),
  );
  write<{ key: string }>('/lift', body({ key: { type: 'string', maxLength: 200 } }, ['key']), (one, by, asked) =>
    one.lift(by, asked.key),
  );
  write<{ player: number; tileX: number; tileY: number }>(
    '/teleport',
    body({ player, tileX: tile, tileY: tile }, ['player', 'tileX', 'tileY']),
    async (one, by, asked) => ({ person: await one.teleport(by, asked.player, asked.tileX, asked.tileY) }),
  );
  write<{ text: string }>(
    '/announce',
    body({ text: { type: 'string', maxLength: MAX_ANNOUNCEMENT } }, ['text']),
    (one, by, asked) => one.announce(by, mustSay(cleanText(asked.text), 'There is nothing to say.')),
  );
  write<TileArea & { name: string }>(
    '/protect',
    body({ ...area, name: { type: 'string', maxLength: MAX_AREA_NAME } }, ['name', ...AREA_FIELDS]),
    (one, by, asked) => {
      const name = mustSay(cleanText(asked.name), 'An area needs a name.');
      return one.protect(by, { kind: 'area', name, ...areaOf(asked) });
    },
  );
  write<{ player?: number; area?: TileArea; minutes: number; dryRun?: boolean }>(
    '/revert',
    body(
      {
        player,
        area: { type: 'object', additionalProperties: false, required: AREA_FIELDS, properties: area },
        minutes: { ...minutes, type: 'number' },
        dryRun: { type: 'boolean' },
      },
      ['minutes'],
    ),
    async (one, by, asked) => {
      if (asked.player === undefined && asked.area === undefined) {
        throw new BadRequest('Name a player, or an area, or both.');
      }
      const choice: RevertChoice = {
        player: asked.player ?? null,
        area: asked.area === undefined ? null : areaOf(asked.area, MAX_AREA_SQUARES),
        sinceMs: Math.round(wallMs() - asked.minutes * 60_000),
      };
      if (asked.dryRun === true) return one.countReverts(choice);
      await one.revert(by, choice);
      return { status: 'begun' };
    },
  );
}

class BadRequest extends Error {}

async function answered(reply: FastifyReply, answer: () => Promise<unknown>): Promise<unknown> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof BadRequest) return reply.code(400).send({ error: error.message });
    if (error instanceof Unmet) return reply.code(error.status).send({ error: error.message });
    if (error instanceof StoreError) return reply.code(503).send({ error: error.message });
    throw error;
  }
}

function mustSay(text: string, why: string): string {
  if (text === '') throw new BadRequest(why);
  return text;
}

function areaOf({ left, top, right, bottom }: TileArea, mostSquares = Number.POSITIVE_INFINITY): TileArea {
  if (left > right || top > bottom) throw new BadRequest('An area goes from left to right and from top to bottom.');
  const along = (from: number, to: number): number =>
    Math.floor(to / TILES_PER_SQUARE) - Math.floor(from / TILES_PER_SQUARE) + 1;
  if (along(left, right) * along(top, bottom) > mostSquares) {
    throw new BadRequest(`That touches more than ${mostSquares} squares: take a smaller area.`);
  }
  return { left, top, right, bottom };
}
