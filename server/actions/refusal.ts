import { StoreError } from '../store/store.ts';

/** A player's request that is not granted; the message is a sentence for the player. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * What a player is told of a store that did not do what it was asked for; what exactly is wrong is the host's affair.
 * One that has not answered may have done it all the same.
 */
const SENTENCES: Readonly<Record<StoreError['code'], string>> = {
  full: 'The server has no room to keep anything new: its host has to make some.',
  readonly: 'The server cannot keep anything at the moment: what it writes to is read-only.',
  corrupt: 'The server cannot keep this: what it has written before is damaged.',
  schema: 'The server cannot keep anything at the moment.',
  world: 'The server cannot keep anything at the moment.',
  taken: 'The server cannot keep anything at the moment.',
  unusable: 'The server cannot keep anything at the moment.',
  unavailable: 'The server could not make sure that this is kept: try again in a while.',
};

/** A sentence for the player on why a request has failed; undefined for what is a fault of ours. */
export function refusalSentence(error: unknown): string | undefined {
  if (error instanceof Refusal) return error.message;
  return error instanceof StoreError ? SENTENCES[error.code] : undefined;
}
