import { type FoundPerson, MAX_ANNOUNCEMENT, MAX_REASON } from '../../shared/moderation.ts';

/** What nodes ask each other to do for those who run the world: JSON on the control channel. */
export type Order =
  /** Who is there, by id (`#12`) or by a part of the name. */
  | { readonly kind: 'seek'; readonly text: string }
  | { readonly kind: 'kick'; readonly player: number; readonly reason: string }
  /** To a tile. */
  | { readonly kind: 'teleport'; readonly player: number; readonly tileX: number; readonly tileY: number }
  | { readonly kind: 'announce'; readonly text: string }
  /** The rules have changed: they are to be read again. */
  | { readonly kind: 'rules' }
  /** The next change of direction of somebody is followed to all nodes, under this id (u32). */
  | { readonly kind: 'follow'; readonly player: number; readonly id: number }
  /** News for those who look on, on whatever node they do: nothing comes of it. */
  | { readonly kind: 'notice'; readonly topic: NoticeTopic; readonly value: unknown };

/** What is told from node to node. */
export const NOTICE_TOPICS = ['audit', 'revert', 'trace'] as const;
export type NoticeTopic = (typeof NOTICE_TOPICS)[number];

/** What has come of an order at one node. */
export interface Obeyed {
  readonly people: readonly FoundPerson[];
}

export const NOBODY_THERE: Obeyed = { people: [] };

/** People of one node that are told of at most. */
export const MAX_FOUND = 50;
const MAX_SOUGHT = 64;

/** Reads another node's order; undefined for what is none. */
export function readOrder(text: string): Order | undefined {
  const fields = objectOf(text);
  if (fields === undefined) return undefined;
  const { kind, player, reason, tileX, tileY, text: said, topic, value } = fields;
  switch (kind) {
    case 'seek':
      return isText(said, MAX_SOUGHT) ? { kind, text: said } : undefined;
    case 'kick':
      return isWhole(player) && isText(reason, MAX_REASON) ? { kind, player, reason } : undefined;
    case 'teleport':
      return isWhole(player) && isWhole(tileX) && isWhole(tileY) ? { kind, player, tileX, tileY } : undefined;
    case 'follow':
      return isWhole(player) && isWhole(fields.id) ? { kind, player, id: fields.id } : undefined;
    case 'announce':
      return isText(said, MAX_ANNOUNCEMENT) ? { kind, text: said } : undefined;
    case 'rules':
      return { kind };
    case 'notice':
      return isTopic(topic) ? { kind, topic, value } : undefined;
    default:
      return undefined;
  }
}

/** Reads what another node says has come of an order; undefined for what no node says. */
export function readObeyed(text: string): Obeyed | undefined {
  const people: unknown = objectOf(text)?.people;
  if (!Array.isArray(people) || people.length > MAX_FOUND || !people.every(isPerson)) return undefined;
  return { people };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function isPerson(value: unknown): value is FoundPerson {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, node, tileX, tileY, address } = value as Partial<Record<keyof FoundPerson, unknown>>;
  const isNamed = typeof name === 'string' && typeof node === 'string';
  return isNamed && [id, tileX, tileY].every(isWhole) && (address === null || typeof address === 'string');
}

const isTopic = (value: unknown): value is NoticeTopic => NOTICE_TOPICS.some((topic) => topic === value);

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && [...value].length <= most;
