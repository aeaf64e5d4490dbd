import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_KEYS, commandOf } from '../../client/input/commands.ts';
import { GAMEPAD_HELP } from '../../client/input/gamepad.ts';
import { TOUCH_HELP } from '../../client/input/gestures.ts';
import { COMMANDS } from '../../client/ui/chat-words.ts';
import { helpSections } from '../../client/ui/help-panel.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

describe('the keys of the game', () => {
  test('stand for one command each, and for none that walks or chooses', () => {
    const codes = COMMAND_KEYS.flatMap((each) => each.codes);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(COMMAND_KEYS.map(({ command }) => command)).size).toBe(COMMAND_KEYS.length);
    for (const code of ['KeyW', 'KeyA', 'KeyS', 'KeyD', 'ArrowUp', 'Digit1', 'Numpad9']) {
      expect(commandOf(code), code).toBeUndefined();
    }
    for (const { command, codes: own } of COMMAND_KEYS) for (const code of own) expect(commandOf(code)).toBe(command);
  });

  test.each([false, true])(
    'are all in the help, with what else can be done (on a screen that is touched: %s)',
    (touch) => {
      const sections = helpSections(touch);
      const rows = sections.flatMap((section) => section.rows);
      for (const { keys, does } of COMMAND_KEYS) expect(rows).toContainEqual(expect.objectContaining({ keys, does }));
      const named = rows.flatMap(({ keys }) => keys);
      for (const key of ['↑', '←', '↓', '→', 'W', 'A', 'S', 'D', '1 – 9']) expect(named).toContain(key);
      for (const { button } of GAMEPAD_HELP) expect(named).toContain(button);
      for (const { gesture } of TOUCH_HELP) expect(named).toContain(gesture);
      for (const { word } of COMMANDS) expect(named.some((key) => key.startsWith(word))).toBe(true);
      expect(sections[0]?.title).toBe(touch ? 'Touch and mouse' : 'Keys');
    },
  );

  test("are all in the README's table of keys", () => {
    const start = README.indexOf('\n## Play');
    const rows = README.slice(start, README.indexOf('\n## ', start + 1))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const named = new Set(rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map((match) => match[1])));
    for (const { keys } of COMMAND_KEYS) for (const key of keys) expect(named, key).toContain(key);
  });
});
