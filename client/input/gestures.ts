/** The keys that walk, for the help. */
export const WALK_HELP: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['↑', '←', '↓', '→'], does: 'Walk; two at once walk aslant' },
  { keys: ['W', 'A', 'S', 'D'], does: 'The same, by the place of the keys on any layout' },
];

/** What fingers and the mouse do, for the help. */
export const TOUCH_HELP: readonly { readonly gesture: string; readonly does: string }[] = [
  { gesture: 'Tap or click', does: 'Walk there' },
  { gesture: 'Hold and drag', does: 'Walk after the finger or the mouse' },
  { gesture: 'Joystick', does: 'Walk any way, with a thumb on a touch screen' },
  { gesture: 'Two fingers, or the wheel', does: 'Closer and further away' },
  { gesture: 'Tap or drag while building', does: 'Set tiles; the mouse’s second button clears them' },
];
