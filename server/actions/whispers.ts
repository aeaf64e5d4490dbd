import type { Whisper } from '../../shared/protocol.ts';
import type { WhisperAnswer, WhisperQuestion } from '../grid/control-wire.ts';
import type { Membership } from '../grid/membership.ts';
import type { Player } from '../world/player.ts';
import type { Actor } from './actor.ts';
import { Refusal } from './refusal.ts';

export interface WhispersOptions {
  /** This node's name. */
  readonly node: string;
  readonly membership: Membership;
  /** This node's players who have a session. */
  readonly actors: () => Iterable<Actor>;
  readonly actorOf: (id: number) => Actor | undefined;
}

/** Another node that has the person says so within this, in ticks. */
const ANSWER_TICKS = 30;
/** Whispers on their way to other nodes; those beyond are refused. */
const MAX_WAITING = 1000;

/** No player's id: in an answer it says that several are of that name, and whom to choose from. */
const SEVERAL = 0;

type Addressee = Pick<WhisperQuestion, 'toId' | 'toName'>;

interface Waiting {
  readonly until: number;
  heard(id: number, name: string): void;
  missed(): void;
}

/** Carries what is said to one person to wherever that person is. Nothing of it is kept. */
export class Whispers {
  readonly #options: WhispersOptions;
  readonly #waiting = new Map<number, Waiting>();
  #n = 0;

  constructor(options: WhispersOptions) {
    this.#options = options;
  }

  /** @throws Refusal when there is nobody of that name, or several */
  async say(from: Actor, to: Addressee, text: string, tick: number): Promise<void> {
    const { player } = from;
    const here = this.#find(to);
    const reached = here === undefined ? await this.#ask(player, to, text, tick) : here.player;
    const whisper: Whisper = {
      type: 'whisper',
      from: player.id,
      fromName: player.name,
      to: reached.id,
      toName: reached.name,
      text,
    };
    here?.tell(whisper);
    if (here !== from) from.tell(whisper);
  }

  /** Something came from another node. */
  receive(message: WhisperQuestion | WhisperAnswer): void {
    const { node, membership } = this.#options;
    if (message.type === 'heard') {
      if (message.asker === node) this.#waiting.get(message.n)?.heard(message.toId, message.toName);
      return;
    }
    const found = this.#matching(message);
    const [here] = found;
    if (here === undefined) return;
    const answer = { type: 'heard', asker: message.node, n: message.n } as const;
    if (found.length > 1) {
      membership.whisper({ ...answer, toId: SEVERAL, toName: choiceOf(found) });
      return;
    }
    const { id, name } = here.player;
    const { from, fromName, text } = message;
    here.tell({ type: 'whisper', from, fromName, to: id, toName: name, text });
    membership.whisper({ ...answer, toId: id, toName: name });
  }

  /** Once in a while: whoever has not been found by now is not there. */
  settle(tick: number): void {
    for (const [n, waiting] of this.#waiting) {
      if (tick < waiting.until) continue;
      this.#waiting.delete(n);
      waiting.missed();
    }
  }

  #ask(player: Player, to: Addressee, text: string, tick: number): Promise<{ id: number; name: string }> {
    const { membership } = this.#options;
    const missing = new Refusal(`Nobody called ${to.toName === '' ? `#${to.toId}` : to.toName} is here.`);
    if (membership.size === 0) throw missing;
    if (this.#waiting.size >= MAX_WAITING) throw new Refusal('Too much is being whispered: try again in a moment.');
    const n = ++this.#n;
    return new Promise((resolve, reject) => {
      this.#waiting.set(n, {
        until: tick + ANSWER_TICKS,
        heard: (id, name) => {
          this.#waiting.delete(n);
          if (id === SEVERAL) reject(ambiguous(name));
          else resolve({ id, name });
        },
        missed: () => reject(missing),
      });
      membership.whisper({ type: 'whisper', n, from: player.id, fromName: player.name, text, ...to });
    });
  }

  #find(to: Addressee): Actor | undefined {
    const found = this.#matching(to);
    if (found.length > 1) throw ambiguous(choiceOf(found));
    return found[0];
  }

  #matching({ toId, toName }: Addressee): Actor[] {
    const { actors, actorOf } = this.#options;
    if (toId !== 0) {
      const actor = actorOf(toId);
      return actor === undefined ? [] : [actor];
    }
    const name = fold(toName);
    return [...actors()].filter(({ player }) => fold(player.name) === name);
  }
}

const choiceOf = (found: readonly Actor[]): string =>
  found
    .slice(0, 3)
    .map(({ player }) => `${player.name}#${player.id}`)
    .join(' or ');

const ambiguous = (choice: string): Refusal => new Refusal(`There are several of that name: say ${choice}.`);

const fold = (name: string): string => name.normalize('NFKC').toLowerCase();
