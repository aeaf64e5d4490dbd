/** What a key that does not walk stands for. */
export type Command =
  | 'chat'
  | 'build'
  | 'undo'
  | 'emotes'
  | 'board'
  | 'map'
  | 'squares'
  | 'netLab'
  | 'look'
  | 'settings'
  | 'help'
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomReset'
  | 'escape';

export interface CommandKey {
  readonly command: Command;
  /** Places of keys, as `KeyboardEvent.code` names them: the same on every layout. */
  readonly codes: readonly string[];
  /** As they are printed on most keyboards. */
  readonly keys: readonly string[];
  /** What it does, for the help. */
  readonly does: string;
}

/** Every key of the game but those that walk and the digits, in the order in which the help lists them. */
export const COMMAND_KEYS: readonly CommandKey[] = [
  {
    command: 'chat',
    codes: ['Enter', 'NumpadEnter', 'KeyT'],
    keys: ['Enter', 'T'],
    does: 'Say something to those near',
  },
  { command: 'build', codes: ['KeyB'], keys: ['B'], does: 'Build within eight tiles' },
  { command: 'undo', codes: ['KeyZ'], keys: ['Z'], does: 'Take back what you built last' },
  { command: 'emotes', codes: ['KeyE'], keys: ['E'], does: 'Show an emote' },
  { command: 'board', codes: ['KeyL'], keys: ['L'], does: 'The leaderboard' },
  { command: 'map', codes: ['KeyM'], keys: ['M'], does: 'The map of the squares around you' },
  {
    command: 'squares',
    codes: ['KeyG'],
    keys: ['G'],
    does: 'The squares of the grid, and which you are subscribed to',
  },
  { command: 'netLab', codes: ['KeyN'], keys: ['N'], does: 'The net lab: a worse connection, and what it does' },
  { command: 'look', codes: ['KeyI'], keys: ['I'], does: 'Where you are, and who is near, in words' },
  { command: 'zoomIn', codes: ['Equal', 'NumpadAdd'], keys: ['+'], does: 'Closer' },
  { command: 'zoomOut', codes: ['Minus', 'NumpadSubtract'], keys: ['−'], does: 'Further away' },
  { command: 'zoomReset', codes: ['Digit0', 'Numpad0'], keys: ['0'], does: 'As close as suits the window' },
  { command: 'settings', codes: ['KeyO'], keys: ['O'], does: 'Settings' },
  { command: 'help', codes: ['KeyH', 'F1'], keys: ['H', 'F1'], does: 'This help' },
  { command: 'escape', codes: ['Escape'], keys: ['Esc'], does: 'Close what is open' },
];

const BY_CODE: ReadonlyMap<string, Command> = new Map(
  COMMAND_KEYS.flatMap(({ command, codes }) => codes.map((code) => [code, command] as const)),
);

/** What the key at a place stands for; undefined for nothing. */
export const commandOf = (code: string): Command | undefined => BY_CODE.get(code);
