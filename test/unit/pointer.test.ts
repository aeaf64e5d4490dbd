import { describe, expect, test } from 'vitest';
import { listenToPointer, type PointerListening } from '../../client/input/pointer.ts';

interface Press {
  readonly id?: number;
  readonly type?: 'mouse' | 'touch' | 'pen';
  readonly button?: number;
}

/** A scene at (10, 20) of the window that records what its listener says. */
class Stage extends EventTarget {
  readonly told: string[] = [];
  isLasting = false;
  readonly pointer: PointerListening;

  constructor() {
    super();
    const at = ({ x, y }: { x: number; y: number }): string => `${x},${y}`;
    this.pointer = listenToPointer(
      this as unknown as HTMLElement,
      {
        pressed: (point, button) => this.told.push(`pressed ${button} ${at(point)}`),
        dragged: (point) => this.told.push(`dragged ${at(point)}`),
        released: () => this.told.push('released'),
        pinchBegan: () => this.told.push('pinch'),
        pinched: (factor) => this.told.push(`pinched ${Math.round(factor * 100) / 100}`),
      },
      () => this.isLasting,
    );
  }

  getBoundingClientRect(): { left: number; top: number } {
    return { left: 10, top: 20 };
  }

  setPointerCapture(): void {}

  send(name: string, x: number, y: number, { id = 1, type = 'touch', button = 0 }: Press = {}): Event {
    const event = new Event(`pointer${name}`, { cancelable: true });
    this.dispatchEvent(
      Object.assign(event, { clientX: x + 10, clientY: y + 20, pointerId: id, pointerType: type, button }),
    );
    return event;
  }
}

describe('one pointer', () => {
  test('is pressed at once, dragged and released', () => {
    const stage = new Stage();
    stage.send('down', 5, 6);
    expect(stage.pointer.held).toEqual({ x: 5, y: 6 });
    stage.send('move', 7, 6);
    stage.send('up', 7, 6);
    stage.send('move', 9, 9);
    expect(stage.told).toEqual(['pressed first 5,6', 'dragged 7,6', 'released']);
    expect([stage.pointer.held, stage.pointer.hovered]).toEqual([undefined, undefined]);
  });

  test('that is a mouse hovers, and has a second button where that is wanted', () => {
    const stage = new Stage();
    const mouse = { type: 'mouse' } as const;
    stage.send('move', 1, 2, mouse);
    expect(stage.pointer.hovered).toEqual({ x: 1, y: 2 });
    stage.send('down', 1, 2, { ...mouse, button: 2 });
    stage.isLasting = true;
    stage.send('down', 1, 2, { ...mouse, button: 2 });
    expect(stage.told).toEqual(['pressed second 1,2']);
  });

  test('that is released from outside, as when the window turns, says nothing more', () => {
    const stage = new Stage();
    stage.send('down', 5, 6);
    stage.pointer.release();
    stage.send('move', 50, 60);
    stage.send('up', 50, 60);
    expect(stage.told).toEqual(['pressed first 5,6', 'released']);
  });
});

describe('two fingers', () => {
  test('pinch, and what the first one did is given up', () => {
    const stage = new Stage();
    stage.send('down', 0, 0, { id: 1 });
    stage.send('down', 100, 0, { id: 2 });
    expect([stage.pointer.held, stage.pointer.hovered]).toEqual([undefined, undefined]);
    stage.send('move', 200, 0, { id: 2 });
    stage.send('move', 100, 0, { id: 1 });
    expect(stage.told).toEqual(['pressed first 0,0', 'pinch', 'pinched 2', 'pinched 1']);
  });

  test('of which one is lifted do nothing until both are', () => {
    const stage = new Stage();
    stage.send('down', 0, 0, { id: 1 });
    stage.send('down', 100, 0, { id: 2 });
    stage.send('up', 0, 0, { id: 1 });
    stage.send('move', 300, 0, { id: 2 });
    stage.send('up', 300, 0, { id: 2 });
    stage.told.length = 0;
    stage.send('down', 3, 3, { id: 3 });
    stage.send('up', 3, 3, { id: 3 });
    expect(stage.told).toEqual(['pressed first 3,3', 'released']);
  });

  test('become others with a third finger, without a jump', () => {
    const stage = new Stage();
    stage.send('down', 0, 0, { id: 1 });
    stage.send('down', 100, 0, { id: 2 });
    stage.send('down', 900, 0, { id: 3 });
    stage.send('move', 890, 0, { id: 3 });
    stage.send('cancel', 0, 0, { id: 1 });
    stage.send('move', 500, 0, { id: 3 });
    expect(stage.told).toEqual(['pressed first 0,0', 'pinch', 'pinch', 'pinched 0.51']);
  });

  test('set no tile: while building a finger counts when it moves or lifts', () => {
    const stage = new Stage();
    stage.isLasting = true;
    stage.send('down', 0, 0, { id: 1 });
    stage.send('move', 3, 0, { id: 1 });
    stage.send('down', 100, 0, { id: 2 });
    stage.send('up', 100, 0, { id: 2 });
    stage.send('up', 0, 0, { id: 1 });
    expect(stage.told).toEqual(['pinch']);
    stage.told.length = 0;
    stage.send('down', 0, 0, { id: 3 });
    stage.send('up', 0, 0, { id: 3 });
    stage.send('down', 0, 0, { id: 4 });
    stage.send('move', 20, 0, { id: 4 });
    stage.send('cancel', 20, 0, { id: 4 });
    stage.send('down', 0, 0, { id: 5 });
    stage.send('cancel', 0, 0, { id: 5 });
    expect(stage.told).toEqual([
      ...['pressed first 0,0', 'released'],
      ...['pressed first 0,0', 'dragged 20,0', 'released'],
      'released',
    ]);
  });

  test('are not a mouse and a finger, of which the first one counts', () => {
    const stage = new Stage();
    stage.send('down', 0, 0, { id: 1, type: 'mouse' });
    stage.send('down', 50, 0, { id: 2 });
    stage.send('up', 50, 0, { id: 2 });
    stage.send('up', 0, 0, { id: 1, type: 'mouse' });
    expect(stage.told).toEqual(['pressed first 0,0', 'released']);
  });
});
