/** How fast one player may do things, as steady rates per second and bursts; past them a request is refused. */
export const EDITS_PER_SECOND = 20;
export const EDIT_BURST = 60;
export const LINES_PER_SECOND = 0.7;
export const LINE_BURST = 6;
export const EMOTES_PER_SECOND = 1;
export const EMOTE_BURST = 4;
export const PROFILES_PER_SECOND = 0.2;
export const PROFILE_BURST = 4;
/** Requests of one player that wait for the store; the next is refused. */
export const MAX_UNDER_WAY = 64;
/** Between two ways home, in ticks. */
export const HOME_TICKS = 200;
/** The same line so often within so long, in ms; once more is refused. Capitals, accents and spaces make no other one. */
export const MAX_SAME_LINES = 2;
export const SAME_LINE_MS = 30_000;
