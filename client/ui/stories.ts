import { CLOSE } from '../../shared/closing.ts';

/** What the banner's button may do. */
export interface BannerActions {
  reconnect(): void;
  reload(): void;
  /** Loads the page without a place to appear at. */
  startElsewhere(): void;
}

/** What is said of an end, and what helps. */
export interface Story {
  readonly title: string;
  readonly detail: string;
  readonly button: string;
  readonly action: keyof BannerActions;
}

/** What the client says when it knows nothing better. */
const PLAIN_REASON = 'The connection was lost.';

const retrying = (title: string, detail: string): Story => ({ title, detail, button: 'Try now', action: 'reconnect' });
const reloading = (title: string, detail: string, button = 'Reload'): Story => ({
  title,
  detail,
  button,
  action: 'reload',
});

/** It said so itself; whatever fails after that, is because of it. */
const DOWN = retrying('The server has gone down', 'As soon as it is up again this page brings you back.');

/** One story for every code; the connection comes back by itself or not as the table of codes says. */
const STORIES: ReadonlyMap<number, Story> = new Map<number, Story>([
  [CLOSE.goingAway.code, DOWN],
  [CLOSE.tooBig.code, reloading('The session has ended', 'This page sent more than the server takes at a time.')],
  [
    CLOSE.fault.code,
    retrying('Something went wrong on the server', 'It is not your fault, and will most likely pass.'),
  ],
  [
    CLOSE.unavailable.code,
    retrying('Nobody can come in just now', 'The server is there, but cannot reach what keeps the world.'),
  ],
  [
    CLOSE.malformed.code,
    reloading('The session has ended', 'The server did not understand this page. A fresh one may do better.'),
  ],
  [
    CLOSE.version.code,
    reloading(
      'There is a newer Flatlands',
      'This page and the server are not of the same version; reloading mends that.',
    ),
  ],
  [CLOSE.noHello.code, retrying('The connection is very slow', 'The server waited for this page, and gave up.')],
  [
    CLOSE.flood.code,
    { title: 'The session has ended', detail: CLOSE.flood.sentence, button: 'Come back', action: 'reconnect' },
  ],
  [
    CLOSE.slow.code,
    retrying('The connection is too slow', 'There was more to tell than came through. A smaller window asks for less.'),
  ],
  [
    CLOSE.full.code,
    retrying('The server is full', 'You come in as soon as somebody leaves: this page goes on trying.'),
  ],
  [
    CLOSE.takenOver.code,
    {
      title: 'You are playing elsewhere',
      detail: 'The same player signed in from another page or machine.',
      button: 'Play here',
      action: 'reconnect',
    },
  ],
  [
    CLOSE.busy.code,
    retrying(
      'The server has its hands full',
      'It lets nobody else in until it has caught up: this page goes on trying, and you need do nothing.',
    ),
  ],
  [
    CLOSE.crowded.code,
    retrying(
      'There are too many of you',
      'Too many connections come from your address. You come in as soon as one of them ends: this page goes on trying.',
    ),
  ],
  [
    CLOSE.badName.code,
    reloading('That name is not for here', 'The host of this world wants another one.', 'Choose another'),
  ],
  [
    CLOSE.draining.code,
    retrying(
      'The server is about to stop',
      'Another one takes over: this page goes on trying, and you need do nothing.',
    ),
  ],
  [CLOSE.kicked.code, reloading('You were sent away', 'Those who run this world have ended your visit.', 'Come back')],
  [CLOSE.banned.code, reloading('This world is closed to you', 'Those who run it do not let you in.', 'Look again')],
  [CLOSE.silent.code, retrying('Connection lost', 'The server heard nothing from this page for too long.')],
  [
    CLOSE.edge.code,
    {
      title: 'Nobody can go there',
      detail: 'The link leads beyond the edge of the world.',
      button: 'Start at the meadow',
      action: 'startElsewhere',
    },
  ],
  [
    CLOSE.closedSpawn.code,
    {
      title: 'Nobody is there any more',
      detail: 'A link leads to a place only while somebody is near it.',
      button: 'Start at the meadow',
      action: 'startElsewhere',
    },
  ],
]);

/** Those whose end somebody has decided on, who may have said why: in brackets behind the sentence of the code. */
const WITH_REASONS: ReadonlySet<number> = new Set([CLOSE.kicked.code, CLOSE.banned.code]);

function reasoned(story: Story, sentence: string): Story {
  const [, why] = /\((.+)\)$/s.exec(sentence) ?? [];
  return why === undefined ? story : { ...story, detail: `${story.detail} They say: “${why}”.` };
}

/** The other version is still there after a reload. */
const STILL_ANOTHER = reloading(
  'The server is of another version',
  'Reloading did not help: it may be being updated right now. Give it a minute.',
  'Reload again',
);
const OFFLINE = retrying('You are offline', 'You are back as soon as this machine has a network again.');

/** What else is to be known of an end. */
export interface Circumstances {
  /** Whether one has been in since the page was loaded. */
  readonly hasJoined: boolean;
  /** Whether this machine has a network, as far as the browser knows. */
  readonly isOnline: boolean;
  /** Whether the page was loaded again because of another version. */
  readonly hasReloaded: boolean;
  /** What was said of the attempt before, if that failed too. */
  readonly before: Story | undefined;
}

/**
 * What is said of the end of a session, or of an attempt at one.
 * @param code of the close; 1006 and others that no server says stand for the network
 * @param reason the server's own sentence, for codes that this page does not know
 */
export function storyOf(
  code: number,
  reason: string,
  { hasJoined, isOnline, hasReloaded, before }: Circumstances,
): Story {
  if (code === CLOSE.version.code && hasReloaded) return STILL_ANOTHER;
  const known = STORIES.get(code);
  if (known !== undefined) return WITH_REASONS.has(code) ? reasoned(known, reason) : known;
  if (before === DOWN) return DOWN;
  if (!isOnline) return OFFLINE;
  // The plainest of reasons is the title already.
  const detail = reason === PLAIN_REASON ? '' : reason;
  if (hasJoined) return retrying('Connection lost', detail);
  return retrying('No connection yet', detail === '' ? 'The server does not answer.' : detail);
}
