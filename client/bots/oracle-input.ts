import type { FaultWindow } from './fault-window.ts';
import type { Oracle } from './oracle.ts';
import type { ThingsOracle } from './things-oracle.ts';

/** What bots tell of what they asked for, and of what their pictures were told; see ThingsOracle. */
export type ThingsInput = Pick<
  ThingsOracle,
  'asked' | 'done' | 'refused' | 'framed' | 'pictured' | 'edited' | 'heard' | 'claimed' | 'scored'
>;

type Told =
  | 'add'
  | 'addMover'
  | 'joined'
  | 'left'
  | 'away'
  | 'position'
  | 'sent'
  | 'acknowledged'
  | 'entered'
  | 'moved'
  | 'vanished'
  | 'duplicated'
  | 'diverged'
  | 'audit'
  | 'corrected'
  | 'framed'
  | 'frameGap'
  | 'traced'
  | 'handedOver'
  | 'played'
  | 'look'
  | 'sample';

/**
 * What bots tell of themselves and their pictures: to the oracle, or in another process to a recorder that passes it on
 * to the one there is. Nothing comes back but whether the fault window is open.
 */
export interface OracleInput extends Pick<Oracle, Told> {
  readonly things: ThingsInput;
  readonly window: Pick<FaultWindow, 'isOpen'>;
}
