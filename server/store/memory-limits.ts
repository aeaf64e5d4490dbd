/** What the in-process store keeps at most, and what happens past it. */

/** People remembered; beyond it those who signed in longest ago are forgotten, with their score, and start anew. */
export const MAX_PEOPLE = 100_000;
/** Squares that somebody has changed; beyond it edits in further ones are refused as `full`: no wall falls by itself. */
export const MAX_EDITED_SQUARES = 10_000;
/** Edits remembered with their makers, in all squares together; beyond it the oldest is forgotten. */
export const MAX_LOGGED_EDITS = 100_000;
/** Squares with talk in them; beyond it the one where nobody has spoken for longest falls silent. */
export const MAX_TALK_SQUARES = 10_000;
/** Rules laid down by those who run the world; beyond it further ones are refused as `full`. */
export const MAX_RULES = 20_000;
/** Gems claimed; beyond it further claims are refused as `full`: no gem is given twice. */
export const MAX_CLAIMS = 1_000_000;
