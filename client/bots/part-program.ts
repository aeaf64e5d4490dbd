import { ParentLine } from './parent-line.ts';
import { CLOGGED_CODE, PART_VARIABLE, type ToPart } from './part-messages.ts';
import { PartPlayer } from './part-player.ts';

/** Connections that will not close keep nobody waiting, in ms. */
const LINGER_MS = 2000;

/** Whether this process was started for a part of the players. */
export const isPart = (): boolean => process.env[PART_VARIABLE] !== undefined && process.send !== undefined;

/** Plays the part that the parent says, until the parent is gone or lets go of this process. */
export function playPart(): void {
  const line = lineToParent();
  let player: PartPlayer | undefined;
  process.on('message', (message: ToPart) => {
    if (message.type === 'cast') player = new PartPlayer(message.casting, (bytes) => line.tell(bytes));
    else void player?.obey(message.n, message.order);
  });
  process.on('disconnect', () => {
    void player?.end();
    setTimeout(() => process.exit(), LINGER_MS).unref();
  });
  // Ctrl-C in a terminal reaches every process; this one ends when its parent has the report.
  process.on('SIGINT', () => undefined);
}

function lineToParent(): ParentLine {
  return new ParentLine({
    send: (bytes, taken) => {
      if (process.connected) process.send?.(bytes, undefined, undefined, taken);
    },
    clogged: () => process.exit(CLOGGED_CODE),
  });
}
