import { faultSentence, type Report } from '../../../client/bots/report.ts';
import type { Tolerance } from './limits.ts';
import type { Played } from './stage.ts';

/** A scene was not what it had to be, and its figures say nothing. */
export class UnsoundScene extends Error {}

/** @throws UnsoundScene in one sentence when a scene was not what it had to be, or when the machine was too busy for it */
export function assertSound({ scene, server, report }: Played, tolerance: Tolerance): void {
  const { name, company } = scene;
  const { generator, seconds, traffic } = report;
  const wrong = (what: string): Error => new UnsoundScene(`"${name}": ${what}.`);
  const busy = (what: string): Error => wrong(`${what}: the machine is too busy`);
  if (report.ending !== 'complete') throw wrong(`it was ${report.ending}`);
  const fault = report.faults.find(({ kind }) => !tolerance.counted.has(kind));
  if (fault !== undefined) throw new UnsoundScene(`"${name}" went wrong: ${faultSentence(fault)}${closingOf(report)}`);

  const share = generator.cpuSeconds / seconds;
  if (share > tolerance.loadShare) throw busy(`the players' process used ${(share * 100).toFixed(0)} % of its core`);
  const { p99 } = generator.eventLoopDelayMs;
  if (p99 > tolerance.loadDelayMs) throw busy(`the players' process was ${p99.toFixed(0)} ms late at p99`);
  if (server.flushLevel > tolerance.flushLevel) {
    throw busy(`the server flushed more seldom than every ${scene.flushMs} ms`);
  }

  const players = report.players.joined;
  const updates = traffic.updatesPerPlayerPerSecond;
  const others = company.kind === 'crowd' ? players - 1 : company.others;
  const turns = updates / others;
  if (company.kind === 'crowd' && turns < tolerance.leastTurns) {
    throw busy(`the players turned ${turns.toFixed(2)} times a second instead of once`);
  }
  if (company.kind === 'meadow' && (turns < 1 - tolerance.fewer || turns > 1 + tolerance.more)) {
    const told = `each player was told of ${updates.toFixed(1)} updates a second, where ${others} were meant`;
    throw wrong(`${told}: it is another scene, or the machine is too busy`);
  }
  // The server counts what it tells people of themselves as well.
  const counted = server.updatesPerSecond / players - turns;
  if (Math.abs(counted - updates) > tolerance.agreement * updates) {
    const told = `the server says that it told each player ${counted.toFixed(1)} updates a second`;
    throw wrong(`${told}, and the players know of ${updates.toFixed(1)}`);
  }
}

function closingOf({ closings }: Report): string {
  const [first] = closings;
  return first === undefined ? '' : ` Connections were closed with ${first.code} (${first.reason}).`;
}
