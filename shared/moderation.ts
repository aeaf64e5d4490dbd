/** What those who run a world lay down, do and see: between the server and the page of those who run it. */

/** Longest reason and announcement, in code points; longest name of an area. */
export const MAX_REASON = 100;
export const MAX_ANNOUNCEMENT = 200;
export const MAX_AREA_NAME = 40;

interface Limited {
  /** In ms since 1970; null for ever. */
  readonly untilMs: number | null;
  /** For the person, and for others who run the world; may be empty. */
  readonly reason: string;
}

/** The person is not let in: whoever comes with their token. */
export interface PersonBan extends Limited {
  readonly kind: 'ban';
  readonly player: number;
}

/** Nobody is let in from an address: an IPv4 address, or the first half of an IPv6 one. */
export interface AddressBan extends Limited {
  readonly kind: 'address';
  readonly address: string;
}

/** The person is there, and cannot say anything. */
export interface Mute extends Limited {
  readonly kind: 'mute';
  readonly player: number;
}

/** A part of the plane, in tiles; right and bottom belong to it. */
export interface TileArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Nobody builds there. */
export interface ProtectedArea extends TileArea {
  readonly kind: 'area';
  readonly name: string;
}

export type Rule = PersonBan | AddressBan | Mute | ProtectedArea;

/** Of what a rule is one: there is one rule of a key. */
export function ruleKey(rule: Rule): string {
  switch (rule.kind) {
    case 'ban':
    case 'mute':
      return `${rule.kind}:${rule.player}`;
    case 'address':
      return `address:${rule.address}`;
    case 'area':
      return `area:${rule.name}`;
  }
}

/** Somebody who is in the world now. */
export interface FoundPerson {
  readonly id: number;
  readonly name: string;
  /** The node that has them. */
  readonly node: string;
  readonly tileX: number;
  readonly tileY: number;
  /** By which all from the same source go; null where it is not known. */
  readonly address: string | null;
}

/** Which edits are undone: somebody's, or those in an area, or both; those of the time from `sinceMs` on. */
export interface RevertChoice {
  readonly player: number | null;
  readonly area: TileArea | null;
  /** In ms since 1970. */
  readonly sinceMs: number;
}

/** How far undoing is. */
export interface RevertProgress {
  readonly choice: RevertChoice;
  readonly phase: 'looking' | 'setting back' | 'done' | 'stopped' | 'failed';
  /** Squares looked at. */
  readonly squares: number;
  /** Tiles that are to be set back, as far as they are known, and that have been. */
  readonly tiles: number;
  readonly setBack: number;
  /** Tiles that somebody changed meanwhile, which stay as they are. */
  readonly passedOver: number;
}

/** How far something is that is done beside the shard: an export or an import. */
export interface UpkeepNotice {
  /** `Exporting`, `Importing` */
  readonly what: string;
  /** Things (players, tiles, lines, gems), and of how many; null when that is not known. */
  readonly done: number;
  readonly of: number | null;
  readonly phase: 'under way' | 'done' | 'stopped';
  /** In ms since 1970. */
  readonly atMs: number;
}

/** Something that was done by those who run the world. */
export interface AuditRecord {
  readonly id: number;
  /** In ms since 1970. */
  readonly atMs: number;
  /** Where it was asked for: an address. */
  readonly by: string;
  readonly action: string;
  /** With what. */
  readonly details: Readonly<Record<string, unknown>>;
}
