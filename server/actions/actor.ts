import type { ServerMessage } from '../../shared/protocol.ts';
import type { Player } from '../world/player.ts';

/** A player who does things, and can be told what has come of them. */
export interface Actor {
  readonly player: Player;
  /** With the next frame; nothing once the session has ended. */
  tell(message: ServerMessage): void;
}
