/** What the process of the attackers can be told to do. */
export interface AttackOrders {
  /** Attacks until it is told to stop; gives what it got for it: how often what came of an attempt, most frequent first. */
  readonly attack: { readonly takes: { readonly name: string; readonly target: Target }; readonly gives: Gains };
  readonly stop: { readonly takes: null; readonly gives: null };
}

export interface Target {
  readonly port: number;
  /** A resume token of somebody who is in the world. */
  readonly token: string;
}

export interface Gains {
  /** Connections opened, requests or messages sent: whatever the attack consists of. */
  readonly tries: number;
  readonly outcomes: readonly (readonly [what: string, count: number])[];
}
