import { MAX_SCREEN_HEIGHT_TILES, MAX_SCREEN_WIDTH_TILES } from '../../shared/constants.ts';
import { readShares, SHARES_ACCEPTED } from './behaviour-shares.ts';
import { type Complaints, isObject, JsonFields, lineOfAtMost, numberFrom, wholeNumber } from './json-fields.ts';
import { LIMITS } from './limits.ts';
import { type BotsOptions, type Group, PLACEMENTS } from './options.ts';

/** What a group has to fit into. */
export interface GroupSurroundings {
  /** Of the measured part. */
  readonly runSeconds: number;
  /** How many servers there are. */
  readonly nodes: number;
  readonly complaints: Complaints;
}

const FIELDS = ['name', 'behaviour', 'players', 'from', 'to', 'over', 'placement', 'fullShare', 'screen', 'node'];
const MAX_NAME = 40;
/** Players who come each second, and go, unless the group says otherwise … */
const RATE = 50;
/** … and at most: a little less than this process connects. */
const MAX_RATE = 300;

/** Undefined where it is none; what is wrong with it has been complained of. */
export function readGroup(place: string, value: unknown, surroundings: GroupSurroundings): Group | undefined {
  const { complaints, nodes } = surroundings;
  if (!isObject(value)) {
    complaints.push(`${place}: it takes an object such as { "behaviour": "wander", "players": 100 }.`);
    return undefined;
  }
  const fields = new JsonFields(place, value, FIELDS, complaints);
  const name = fields.optional('name', `a text of up to ${MAX_NAME} characters`, lineOfAtMost(MAX_NAME));
  const known = fields.required('behaviour', SHARES_ACCEPTED, (text) => {
    const behaviours = typeof text === 'string' ? readShares(text) : undefined;
    return behaviours && { text: text as string, behaviours };
  });
  const players = fields.required(
    'players',
    `a whole number from 1 to ${LIMITS.players}`,
    wholeNumber(1, LIMITS.players),
  );
  const placement = fields.optional('placement', PLACEMENTS.join(' or '), (kind) =>
    PLACEMENTS.find((one) => one === kind),
  );
  const fullShare = fields.optional('fullShare', 'a number above 0 up to 1', numberFrom(Number.MIN_VALUE, 1));
  const screen = fields.optional('screen', SCREEN_ACCEPTED, screenOf);
  const node = fields.optional(
    'node',
    nodes === 1 ? '0, for there is one --url' : `a whole number from 0 to ${nodes - 1}, one of those of --url`,
    wholeNumber(0, nodes - 1),
  );
  const span = readSpan(fields, players ?? 1, surroundings);
  if (known === undefined || players === undefined || span === undefined) return undefined;
  const { text, behaviours } = known;
  if (placement === 'spread' && isGathered(behaviours)) {
    fields.complain('placement', `those who ${text} are always together, never spread.`);
  }
  return { name: name ?? text, behaviours, players, ...span, placement, fullShare, screen, node };
}

/** Whether what all of them do is done on one screen. */
const isGathered = (behaviours: BotsOptions['behaviours']): boolean =>
  Object.keys(behaviours).every((name) => name === 'crowd' || name === 'migrate');

type GroupSpan = Pick<Group, 'fromSeconds' | 'toSeconds' | 'overSeconds'>;

/** When they come and go; undefined where that is wrong. */
function readSpan(
  fields: JsonFields,
  players: number,
  { runSeconds, complaints }: GroupSurroundings,
): GroupSpan | undefined {
  const before = complaints.length;
  const from = fields.optional('from', 'a number of seconds from 0', numberFrom(0));
  const to = fields.optional('to', 'a number of seconds above 0', numberFrom(Number.MIN_VALUE));
  const over = fields.optional('over', 'a number of seconds from 0', numberFrom(0));
  if (complaints.length > before) return undefined;
  const isStill = from === undefined && to === undefined;
  const overSeconds = isStill ? 0 : (over ?? players / RATE);
  for (const [name, at = 0] of Object.entries({ from, to })) {
    if (at > runSeconds) fields.complain(name, `${at} lies after the end of the run, ${runSeconds} s.`);
  }
  if (from !== undefined && to !== undefined && to <= from) {
    fields.complain('to', `${to} does not lie after "from", ${from}.`);
  }
  if (isStill && over !== undefined) {
    fields.complain('over', 'nobody comes or goes: there is neither "from" nor "to".');
  } else if (!isStill && players - 1 > overSeconds * MAX_RATE) {
    fields.complain('over', `${players} players in ${overSeconds} s are more than ${MAX_RATE} a second.`);
  }
  if (complaints.length > before) return undefined;
  const changes = [...(from === undefined ? [] : ['come']), ...(to === undefined ? [] : ['go'])];
  const [begin, end] = [from ?? 0, to ?? runSeconds];
  if (changes.length * overSeconds > end - begin) {
    const parts = changes.map((change) => `${overSeconds} s to ${change}`).join(' and ');
    const rate = over === undefined ? `, ${RATE} players a second for it is not given,` : '';
    fields.complain('over', `${parts}${rate} do not fit between ${begin} and ${end} s.`);
  }
  return { fromSeconds: from, toSeconds: to, overSeconds };
}

const SCREEN_ACCEPTED =
  `a size such as "40x24" or { "width": 40, "height": 24 } of up to ` +
  `${MAX_SCREEN_WIDTH_TILES} by ${MAX_SCREEN_HEIGHT_TILES} tiles`;

function screenOf(value: unknown): BotsOptions['screen'] | undefined {
  const [, wide, high] = (typeof value === 'string' && /^(\d{1,4})x(\d{1,4})$/.exec(value)) || [];
  const given = isObject(value) ? new Map<string, unknown>(Object.entries(value)) : undefined;
  if (given !== undefined && [...given.keys()].sort().join() !== 'height,width') return undefined;
  const width = wholeNumber(1, MAX_SCREEN_WIDTH_TILES)(given === undefined ? Number(wide) : given.get('width'));
  const height = wholeNumber(1, MAX_SCREEN_HEIGHT_TILES)(given === undefined ? Number(high) : given.get('height'));
  return width === undefined || height === undefined ? undefined : { width, height };
}
