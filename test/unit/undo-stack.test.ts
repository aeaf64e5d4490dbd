import { describe, expect, it } from 'vitest';
import type { AskedEdit, OwnEdit } from '../../client/core/requests.ts';
import { UndoStack } from '../../client/core/undo-stack.ts';

const RED = 4;
const BLUE = 8;

const asked = (tileX: number, kind: number, undoes?: OwnEdit): AskedEdit => ({
  type: 'edit',
  tileX,
  tileY: 0,
  kind,
  undoes,
});

/** Takes the newest one back; the answer makes a revision. */
function takeBack(stack: UndoStack, revision: number): OwnEdit {
  const top = stack.top as OwnEdit;
  stack.take(top);
  stack.granted(asked(top.tileX, top.before, top), revision, top.kind);
  return top;
}

describe('the undo stack', () => {
  it('has one’s own edits, newest first', () => {
    const stack = new UndoStack();
    expect(stack.top).toBeUndefined();
    stack.granted(asked(1, RED), 5, 0);
    stack.granted(asked(2, BLUE), 6, RED);
    expect(takeBack(stack, 7)).toEqual({ tileX: 2, tileY: 0, kind: BLUE, before: RED, revision: 6 });
    expect(takeBack(stack, 8)).toMatchObject({ tileX: 1, before: 0, revision: 5 });
    expect(stack.top).toBeUndefined();
  });

  it('what one has set over oneself comes back into reach, by the revision that took the other back', () => {
    const stack = new UndoStack();
    stack.granted(asked(1, RED), 5, 0);
    stack.granted(asked(1, BLUE), 6, RED);
    takeBack(stack, 9);
    expect(stack.top).toMatchObject({ kind: RED, before: 0, revision: 9 });
  });

  it('what somebody else has set since is not one’s own any more, nor what lies below it', () => {
    const stack = new UndoStack();
    stack.granted(asked(1, RED), 5, 0);
    stack.granted(asked(2, RED), 6, 0);
    stack.granted(asked(2, BLUE), 7, RED);
    stack.overtaken(2, 0, 8);
    expect(stack.top).toMatchObject({ tileX: 1 });
  });

  it('news of before one’s own edit takes nothing away', () => {
    const stack = new UndoStack();
    stack.granted(asked(1, RED), 5, 0);
    stack.overtaken(1, 0, 4);
    stack.overtaken(1, 0, 5);
    expect(stack.top).toMatchObject({ tileX: 1 });
  });

  it('somebody else’s edit between two of one’s own ends what can be taken back', () => {
    const stack = new UndoStack();
    stack.granted(asked(1, RED), 5, 0);
    // Theirs, which made it 3, was told only after the answer to one's own.
    stack.granted(asked(1, BLUE), 7, 3);
    stack.overtaken(1, 0, 6);
    takeBack(stack, 9);
    expect(stack.top).toBeUndefined();
  });

  it('an edit that changed nothing is nothing to take back', () => {
    const stack = new UndoStack();
    stack.granted(asked(1, RED), 5, RED);
    expect(stack.top).toBeUndefined();
  });

  it('a square told afresh takes away what does not show in it, and only that', () => {
    const stack = new UndoStack();
    stack.granted(asked(1, RED), 5, 0);
    stack.granted(asked(2, RED), 6, 0);
    stack.granted(asked(2, BLUE), 7, RED);
    stack.granted(asked(40, RED), 1, 0);
    stack.compare((tileX) => (tileX === 40 ? undefined : tileX === 1 ? 0 : BLUE));
    expect(takeBack(stack, 8)).toMatchObject({ tileX: 40 });
    expect(takeBack(stack, 9)).toMatchObject({ tileX: 2, kind: BLUE });
    expect(takeBack(stack, 10)).toMatchObject({ tileX: 2, kind: RED });
    expect(stack.top).toBeUndefined();
  });

  it('is put back when nobody says what became of it', () => {
    const stack = new UndoStack();
    stack.granted(asked(1, RED), 5, 0);
    const top = stack.top as OwnEdit;
    stack.take(top);
    stack.putBack(top);
    expect(stack.top).toBe(top);
  });

  it('holds fifty, the oldest of which stays for good', () => {
    const stack = new UndoStack();
    for (let tileX = 1; tileX <= 60; tileX++) stack.granted(asked(tileX, RED), tileX, 0);
    let count = 0;
    for (; stack.top !== undefined; count++) takeBack(stack, 100 + count);
    expect(count).toBe(50);
    stack.granted(asked(1, RED), 200, 0);
    stack.clear();
    expect(stack.top).toBeUndefined();
  });
});
