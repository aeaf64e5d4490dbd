import { beforeEach, describe, expect, it } from 'vitest';
import { BUDGETS } from '../../client/bots/budgets.ts';
import { type Actor, History, STEP_MS } from './oracle-history.ts';

const NOTHING = { expected: 0, seen: 0, missed: 0, absent: 0, late: 0, ghosts: 0, duplicated: 0, misplaced: 0 };
const MISSED_MS = BUDGETS.missedAfterMs + 2 * STEP_MS;
const LATE_MS = BUDGETS.lateAfterMs + STEP_MS;

let history: History;
let mover: Actor;
let observer: Actor;
beforeEach(() => {
  history = new History();
  mover = history.add(0, 0);
  observer = history.add(10, 5);
  history.begin();
});

const inFault = () => history.oracle.tally.inFault;
const open = () => history.oracle.openWindow();
const close = () => history.oracle.closeWindow();
const healMs = () => history.oracle.window.healMs;

/** The mover turns, which the server acknowledges at once. */
const turn = (rev: number) => history.acknowledge(mover, history.send(mover), rev);
/** The observer's picture gets as far as a rev of the mover. */
const show = (rev: number, generation = 1) => history.oracle.entered(observer.participant, mover.id, generation, rev);
const hide = () => history.oracle.vanished(observer.participant, mover.id);

/** Both have lost their connections and are back, each under an id of its own, and shown nobody yet. */
function returnAs(moverId: number, observerId: number): void {
  history.oracle.left(mover.participant);
  history.oracle.left(observer.participant);
  history.pass(500);
  history.comeBack(mover, moverId, 1);
  history.comeBack(observer, observerId, 1);
}

describe('what happens at one moment', () => {
  function everything(): void {
    history.oracle.duplicated(observer.participant, mover.id, 'told again');
    history.oracle.diverged(observer.participant, 0, 0);
    history.oracle.corrected();
  }

  it('belongs to the fault window from the moment it opens until just before it closes', () => {
    const { tally } = history.oracle;
    everything();
    open();
    everything();
    history.pass(1000);
    everything();
    close();
    everything();
    expect(tally.inFault).toMatchObject({ divergences: 2, corrections: 2, updates: { ...NOTHING, duplicated: 2 } });
    expect(tally).toMatchObject({ divergences: 2, corrections: 2, updates: { ...NOTHING, duplicated: 2 } });
  });

  it('does not crowd the other cases out of the report', () => {
    open();
    everything();
    close();
    expect(history.oracle.tally.worst()).toEqual([]);
  });
});

describe('an update', () => {
  it('belongs to the window when it was sent within it, wherever it is seen', () => {
    open();
    turn(1);
    history.pass(100);
    show(1);
    turn(2);
    history.pass(50);
    close();
    history.pass(100);
    show(2);
    expect(inFault().updates).toEqual({ ...NOTHING, expected: 2, seen: 2 });
    expect(history.updates).toEqual(NOTHING);
  });

  it('belongs to the window when it was sent before and not yet seen as the window opened', () => {
    turn(1);
    open();
    history.pass(100);
    show(1);
    expect(inFault().updates).toEqual({ ...NOTHING, expected: 1, seen: 1 });
    expect(history.updates).toEqual(NOTHING);
  });

  it('does not belong to it when it was seen before it opened, though acknowledged later', () => {
    const n = history.send(mover);
    history.pass(100);
    show(1);
    history.pass(50);
    open();
    history.acknowledge(mover, n, 1);
    expect(history.updates).toEqual({ ...NOTHING, expected: 1, seen: 1 });
    expect(inFault().updates).toEqual(NOTHING);
  });

  it('does not belong to it when it was sent as it closed, or missed before it opened', () => {
    turn(1);
    history.pass(MISSED_MS);
    open();
    show(1);
    history.pass(500);
    close();
    turn(2);
    show(2);
    expect(history.updates).toEqual({ ...NOTHING, expected: 2, seen: 1, missed: 1 });
    expect(inFault().updates).toEqual(NOTHING);
  });

  it('has its latency with the window that it belongs to, and with nothing else', () => {
    open();
    turn(1);
    history.pass(LATE_MS);
    show(1);
    close();
    history.pass(50);
    turn(2);
    history.pass(100);
    show(2);
    const { tally } = history.oracle;
    expect(inFault().updates).toEqual({ ...NOTHING, expected: 1, seen: 1, late: 1 });
    expect(inFault().latency.count).toBe(1);
    expect(inFault().latency.at(50)).toBeCloseTo(LATE_MS, 0);
    expect(tally.latency().count).toBe(1);
    expect(tally.latency().at(100)).toBeCloseTo(100, 0);
    expect(tally.behaviour('wander').updates).toBe(1);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1, late: 0 });
  });

  it('that is missed in the window counts there alone when the picture gets further in time', () => {
    open();
    turn(1);
    history.pass(MISSED_MS);
    close();
    expect(inFault().updates).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    history.pass(BUDGETS.missedAfterMs - STEP_MS);
    expect(history.oracle.outstanding).toBe(1);
    show(1);
    expect(history.oracle.outstanding).toBe(0);
    history.pass(MISSED_MS);
    expect(history.updates).toEqual(NOTHING);
    expect(inFault().updates).toEqual({ ...NOTHING, expected: 1, missed: 1 });
  });

  it('that its picture still lacks when the time for it has passed since the window closed has not healed', () => {
    open();
    turn(1);
    history.pass(MISSED_MS);
    turn(2);
    history.pass(50);
    close();
    history.pass(BUDGETS.missedAfterMs);
    expect(history.updates).toEqual(NOTHING);
    history.pass(MISSED_MS);
    expect(inFault().updates).toEqual({ ...NOTHING, expected: 2, missed: 2 });
    // One picture that is behind with one player is one fault.
    expect(history.updates).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'missed', player: 'bot-100' });
    expect(history.oracle.outstanding).toBe(0);
  });

  it('that was sent in the window and is acknowledged when all had to be healed has not healed either', () => {
    open();
    const n = history.send(mover);
    history.pass(500);
    close();
    history.pass(2 * MISSED_MS);
    history.acknowledge(mover, n, 1);
    expect(inFault().updates).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    expect(history.updates).toEqual({ ...NOTHING, expected: 1, missed: 1 });
  });

  it('that a picture lacks is no fault any more when the player has left its screen or the world', () => {
    const other = history.add(5, 5);
    history.showAll();
    history.pass(1500);
    open();
    turn(1);
    history.acknowledge(other, history.send(other), 1);
    history.pass(MISSED_MS);
    close();
    expect(inFault().updates.missed).toBe(4);
    history.oracle.left(mover.participant);
    other.x = 60;
    history.pass(500);
    for (const { participant } of [mover, observer]) history.oracle.vanished(participant, other.id);
    history.oracle.vanished(observer.participant, mover.id);
    history.oracle.vanished(other.participant, mover.id);
    history.pass(2 * MISSED_MS);
    expect(history.updates).toEqual(NOTHING);
  });

  it('sent after the window is missed as ever', () => {
    open();
    history.pass(500);
    close();
    turn(1);
    history.pass(2 * MISSED_MS);
    expect(history.updates).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    expect(inFault().updates).toEqual(NOTHING);
  });
});

describe('a player who is not shown', () => {
  it('counts with the window when that begins in it, and with nothing else when it is over in time', () => {
    open();
    hide();
    history.pass(1000);
    show(0);
    history.pass(1000);
    close();
    history.pass(5000);
    expect(inFault().updates).toEqual({ ...NOTHING, missed: 1, absent: 1 });
    expect(history.updates).toEqual(NOTHING);
  });

  it('counts again, outside, when it lasts beyond the window', () => {
    open();
    hide();
    history.pass(1000);
    close();
    history.pass(5000);
    expect(inFault().updates).toEqual({ ...NOTHING, missed: 1, absent: 1 });
    expect(history.updates).toEqual({ ...NOTHING, missed: 1, absent: 1 });
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'absent', observer: 'bot-101', player: 'bot-100' });
  });

  it('counts outside alone when that began before the window and ended in it', () => {
    hide();
    history.pass(500);
    open();
    history.pass(500);
    show(0);
    history.pass(500);
    close();
    history.pass(5000);
    expect(inFault().updates).toEqual(NOTHING);
    expect(history.updates).toEqual({ ...NOTHING, missed: 1, absent: 1 });
  });
});

describe('a ghost', () => {
  const GONE_MS = BUDGETS.goneAfterMs + 1000;

  it('counts with the window when it begins in it, and with nothing else when it is over in time', () => {
    open();
    history.oracle.left(mover.participant);
    history.pass(GONE_MS);
    hide();
    history.pass(500);
    close();
    history.pass(5000);
    expect(inFault().updates).toEqual({ ...NOTHING, ghosts: 1 });
    expect(history.updates).toEqual(NOTHING);
  });

  it('counts again, outside, when it lasts beyond the window', () => {
    open();
    history.oracle.left(mover.participant);
    history.pass(GONE_MS);
    close();
    history.pass(5000);
    expect(inFault().updates).toEqual({ ...NOTHING, ghosts: 1 });
    expect(history.updates).toEqual({ ...NOTHING, ghosts: 1 });
  });

  it('counts outside when it becomes one only after the window, though the player left in it', () => {
    open();
    history.oracle.left(mover.participant);
    history.pass(500);
    close();
    history.pass(GONE_MS);
    expect(inFault().updates).toEqual(NOTHING);
    expect(history.updates).toEqual({ ...NOTHING, ghosts: 1 });
  });
});

describe('the time to heal', () => {
  it('is 0 when nothing was wrong, or only outside the window', () => {
    turn(1);
    history.pass(LATE_MS);
    show(1);
    hide();
    history.pass(500);
    show(1);
    history.pass(250);
    open();
    history.pass(2000);
    close();
    hide();
    history.pass(1000);
    expect(healMs()).toBe(0);
    expect(history.oracle.window.wrongAtMost).toBe(0);
  });

  it('ends with the last look that finds a player not shown', () => {
    open();
    history.pass(500);
    hide();
    history.pass(1000);
    show(0);
    history.pass(2000);
    close();
    expect(healMs()).toBe(1500);
  });

  it('counts what was wrong before the window opened and still is', () => {
    hide();
    history.pass(500);
    open();
    history.pass(750);
    show(0);
    history.pass(500);
    close();
    expect(healMs()).toBe(750);
  });

  it('ends with the last look that finds a ghost', () => {
    const bystander = history.add(-10, 0);
    history.showAll();
    history.pass(1500);
    open();
    // Somebody whom nobody had on the screen, and whom one picture shows from before.
    bystander.x = 200;
    history.pass(BUDGETS.ghostAfterMs + 1000);
    const ghosts = inFault().updates.ghosts;
    for (const { participant } of [mover, observer]) history.oracle.vanished(participant, bystander.id);
    for (const { id } of [mover, observer]) history.oracle.vanished(bystander.participant, id);
    const healedMs = BUDGETS.ghostAfterMs + 1000;
    history.pass(2000);
    close();
    expect(ghosts).toBe(4);
    expect(healMs()).toBe(healedMs);
  });

  it('ends when an update comes that was overdue, to the very moment', () => {
    open();
    turn(1);
    history.pass(LATE_MS + 400);
    show(1);
    history.pass(1000);
    close();
    expect(healMs()).toBe(LATE_MS + 400);
  });

  it('ends with the last look that finds a picture behind, also after the update was given up', () => {
    open();
    turn(1);
    history.pass(MISSED_MS + 1000);
    const behindMs = Math.floor((MISSED_MS + 1000) / BUDGETS.sampleMs) * BUDGETS.sampleMs;
    show(1);
    history.pass(1000);
    close();
    expect(healMs()).toBe(behindMs);
  });

  it('knows an update as overdue though not even its acknowledgement has come', () => {
    open();
    const n = history.send(mover);
    history.pass(1000);
    show(1);
    history.acknowledge(mover, n, 1);
    history.pass(1000);
    close();
    expect(healMs()).toBe(1000);
  });

  it('does not take an update as overdue that is on its way for less than the budget', () => {
    open();
    turn(1);
    history.pass(BUDGETS.lateAfterMs);
    show(1);
    close();
    expect(healMs()).toBe(0);
  });

  it('lasts while somebody is not in the world', () => {
    open();
    history.pass(300);
    history.oracle.left(mover.participant);
    hide();
    history.pass(850);
    history.comeBack(mover);
    show(0, 2);
    history.oracle.entered(mover.participant, observer.id, 1, 0);
    history.pass(3000);
    close();
    expect(healMs()).toBe(1150);
  });

  it('does not last while somebody is away as they are to be, whether they left in the window or before', () => {
    const third = history.add(5, 5);
    history.oracle.left(third.participant);
    history.oracle.away(third.participant);
    open();
    history.pass(1000);
    history.oracle.left(mover.participant);
    hide();
    history.oracle.away(mover.participant);
    history.pass(1000);
    expect(healMs()).toBe(0);
    // Back again, they are to be there again.
    history.comeBack(third);
    history.pass(500);
    history.oracle.left(third.participant, true);
    history.pass(500);
    expect(healMs()).toBe(3000);
  });

  it('is never longer than the window, whatever lasts', () => {
    open();
    hide();
    history.oracle.left(observer.participant);
    history.pass(2000);
    close();
    history.pass(5000);
    expect(healMs()).toBeLessThanOrEqual(2000);
    expect(healMs()).toBeGreaterThanOrEqual(2000 - STEP_MS);
  });

  it('comes with how many were wrongly shown or not shown in one picture at most', () => {
    const others = [history.add(3, 3), history.add(-3, 3), history.add(3, -3)];
    history.showAll();
    history.pass(2000);
    open();
    for (const { id } of others.slice(0, 2)) history.oracle.vanished(observer.participant, id);
    hide();
    history.pass(500);
    history.oracle.vanished(mover.participant, observer.id);
    history.pass(500);
    close();
    history.pass(500);
    expect(history.oracle.window.wrongAtMost).toBe(3);
  });
});

describe('inputs', () => {
  const inputs = () => history.oracle.tally.inputs;

  it('that were on their way when the connection ended in the window are lost in it', () => {
    history.send(mover);
    open();
    history.send(mover);
    history.oracle.left(mover.participant);
    expect(inputs()).toEqual({ sent: 0, acknowledged: 0 });
    expect(inFault().inputsLost).toBe(2);
  });

  it('sent in the window and never acknowledged are lost in it, those sent after it are not', () => {
    open();
    history.send(mover);
    history.pass(500);
    close();
    history.send(mover);
    history.pass(MISSED_MS);
    expect(inputs()).toEqual({ sent: 2, acknowledged: 0 });
    history.oracle.loseInputs();
    expect(inputs()).toEqual({ sent: 1, acknowledged: 0 });
    expect(inFault().inputsLost).toBe(1);
  });

  it('sent before the window and never acknowledged are not lost in it', () => {
    history.send(mover);
    history.pass(50);
    open();
    history.pass(500);
    close();
    history.oracle.loseInputs();
    expect(inputs()).toEqual({ sent: 1, acknowledged: 0 });
    expect(inFault().inputsLost).toBe(0);
  });

  it('sent in the window and acknowledged after it are not lost', () => {
    open();
    const n = history.send(mover);
    close();
    history.pass(100);
    history.acknowledge(mover, n, 1);
    history.oracle.loseInputs();
    expect(inputs()).toEqual({ sent: 1, acknowledged: 1 });
    expect(inFault().inputsLost).toBe(0);
  });
});

describe('a player who comes back', () => {
  it('has to be shown after a second on the screen, and not before', () => {
    open();
    history.oracle.left(mover.participant);
    hide();
    history.pass(500);
    history.comeBack(mover);
    history.oracle.entered(mover.participant, observer.id, 1, 0);
    close();
    history.pass(BUDGETS.mandatoryAfterMs);
    expect(history.updates).toEqual(NOTHING);
    history.acknowledge(mover, history.send(mover), 1);
    history.pass(1000);
    expect(history.updates).toEqual({ ...NOTHING, missed: 1, absent: 1 });
  });

  it('under another id is somebody new: who shows the one of before shows a ghost', () => {
    const before = mover.id;
    history.oracle.left(mover.participant);
    history.pass(500);
    history.comeBack(mover, 900, 1);
    history.oracle.entered(mover.participant, observer.id, 1, 0);
    history.pass(BUDGETS.goneAfterMs + 1000);
    expect(history.updates).toMatchObject({ ghosts: 1, absent: 1 });
    const kinds = history.oracle.tally.worst().map(({ kind, detail }) => [kind, detail.split(',')[0]]);
    expect(kinds).toContainEqual(['ghost', 'shown after having left the world']);
    history.oracle.vanished(observer.participant, before);
    show(0);
    history.pass(5000);
    expect(history.updates).toMatchObject({ ghosts: 1, absent: 1 });
  });

  it('may be shown the ghost of the player that they were', () => {
    const before = mover.id;
    history.oracle.left(mover.participant);
    hide();
    history.comeBack(mover, 900, 1);
    show(0);
    for (const id of [before, observer.id]) history.oracle.entered(mover.participant, id, 1, 0);
    history.pass(5000);
    expect(history.updates).toEqual({ ...NOTHING, ghosts: 1 });
    expect(history.oracle.tally.worst()[0]).toMatchObject({ observer: 'bot-100', player: 'bot-100' });
  });

  it('under the id that another had before is not taken for that one', () => {
    for (let rev = 1; rev <= 9; rev++) turn(rev);
    show(9);
    expect(history.updates).toMatchObject({ expected: 9, seen: 9 });
    // A server that has forgotten everything counts from 1 again, in the order in which they come back.
    returnAs(observer.id, mover.id);
    show(0);
    history.oracle.entered(mover.participant, observer.id, 1, 0);
    history.pass(2000);
    expect(history.updates).toMatchObject({ ghosts: 0, missed: 0 });
    turn(1);
    expect(history.oracle.outstanding).toBe(1);
    history.pass(100);
    show(1);
    expect(history.updates).toMatchObject({ expected: 10, seen: 10, missed: 0, late: 0 });
  });

  it('on another node is from then on measured as being there', () => {
    const { tally } = history.oracle;
    history.oracle.left(mover.participant);
    hide();
    history.oracle.joined(mover.participant, mover.id, 2, 'b');
    mover.inputs = 0;
    show(0, 2);
    history.oracle.entered(mover.participant, observer.id, 1, 0);
    history.pass(2000);
    turn(1);
    show(1, 2);
    expect(tally.byPair.sameNode.count).toBe(0);
    expect(tally.byPair.otherNode.count).toBe(1);
  });
});
