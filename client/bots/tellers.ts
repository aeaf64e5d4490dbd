import type { Oracle } from './oracle.ts';
import type { Participant } from './participant.ts';
import type { CommonValues, OwnValues } from './record-kinds.ts';
import type { ToldPicture } from './told-picture.ts';

/** Somebody in another process. */
export interface Recorded {
  readonly participant: Participant;
  readonly picture: ToldPicture;
}

type OwnTeller<K extends keyof OwnValues> = (oracle: Oracle, recorded: Recorded, ...values: OwnValues[K]) => void;
type CommonTeller<K extends keyof CommonValues> = (oracle: Oracle, ...values: CommonValues[K]) => void;

/** How the oracle is told what was written down of one participant. */
export const OWN_TELLERS: { readonly [K in Exclude<keyof OwnValues, 'add'>]: OwnTeller<K> } = {
  joined: (oracle, { participant }, ...values) => oracle.joined(participant, ...values),
  left: (oracle, { participant }, ...values) => oracle.left(participant, ...values),
  away: (oracle, { participant }) => oracle.away(participant),
  position: (oracle, { participant }, ...values) => oracle.position(participant, ...values),
  sent: (oracle, { participant }, ...values) => oracle.sent(participant, ...values),
  acknowledged: (oracle, { participant }, ...values) => oracle.acknowledged(participant, ...values),
  entered: (oracle, { participant }, ...values) => oracle.entered(participant, ...values),
  moved: (oracle, { participant }, ...values) => oracle.moved(participant, ...values),
  vanished: (oracle, { participant }, ...values) => oracle.vanished(participant, ...values),
  duplicated: (oracle, { participant }, ...values) => oracle.duplicated(participant, ...values),
  diverged: (oracle, { participant }, ...values) => oracle.diverged(participant, ...values),
  audit: (oracle, { participant }, ids) => oracle.audit(participant, new Set(ids)),
  played: (oracle, { participant }, ...values) => oracle.played(participant, ...values),
  sample: (oracle, { participant }) => oracle.sample(participant),
  asked: ({ things }, { participant }, ...values) => things.asked(participant, ...values),
  done: ({ things }, { participant }, ...values) => things.done(participant, ...values),
  refused: ({ things }, { participant }, ...values) => things.refused(participant, ...values),
  thingsFramed: ({ things }, { participant }) => things.framed(participant),
  pictured: ({ things }, { participant }, ...values) => things.pictured(participant, ...values),
  edited: ({ things }, { participant }, ...values) => things.edited(participant, ...values),
  heard: ({ things }, { participant }, ...values) => things.heard(participant, ...values),
  claimed: ({ things }, { participant }, ...values) => things.claimed(participant, ...values),
  scored: ({ things }, { participant }, ...values) => things.scored(participant, ...values),
  squares: (_, { picture }, squares) => picture.showSquares(squares),
  picture: (_, { picture }, ...values) => picture.show(...values),
};

/** … and what was written down of nobody in particular. */
export const COMMON_TELLERS: { readonly [K in keyof CommonValues]: CommonTeller<K> } = {
  look: (oracle) => oracle.look(),
  corrected: (oracle) => oracle.corrected(),
  framed: (oracle, bytes) => oracle.framed(bytes),
  frameGap: (oracle, ms) => oracle.frameGap(ms),
  traced: (oracle, ...values) => oracle.traced(...values),
  handedOver: (oracle, ms) => oracle.handedOver(ms),
};
