import { counted } from './surroundings.ts';

/** What is known of oneself. */
export interface OwnState {
  /** Whether one is in the world, so that what is said of oneself is so. */
  readonly isJoined: boolean;
  readonly name: string;
  readonly score: number;
}

/** What happens to oneself and is only seen: in words, for those who do not see it. The banner tells of the connection. */
export class OwnNews {
  #score: number | undefined;

  /** The sentence to say now, if any; to be called a few times a second. */
  update({ isJoined, name, score }: OwnState): string | undefined {
    if (!isJoined) return undefined;
    const before = this.#score;
    this.#score = score;
    if (before === undefined) return `You are in the world, as ${name}. H is for help, I tells what is around you.`;
    if (score <= before) return undefined;
    return `A gem, worth ${counted(score - before, 'point')}. Your score is ${score}.`;
  }
}
