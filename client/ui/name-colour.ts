/** Hues that are told apart on dark and on light ground; yellow is oneself's. */
const HUES = [8, 28, 84, 128, 164, 190, 212, 240, 268, 296, 324, 346] as const;

/** The colour of somebody's name, for CSS: the same for the same person everywhere. */
export const nameColour = (player: number): string => `hsl(${HUES[player % HUES.length] ?? 0} 82% 80%)`;
