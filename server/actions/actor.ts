import type { ServerMessage } from '../../shared/protocol.ts';
import type { Viewer } from '../grid/fan-out.ts';
import type { Player } from '../world/player.ts';

/** A player who does things, and can be told what has come of them. */
export interface Actor {
  readonly player: Player;
  /** With the next frame; nothing once the session has ended. */
  tell(message: ServerMessage): void;
}

/** The same with what the player's session sees: the whole of a session that has joined. */
export interface Lookout extends Actor {
  readonly viewer: Viewer;
}
