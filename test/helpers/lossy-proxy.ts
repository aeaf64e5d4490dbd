import type { ConnectBroker } from '../../server/broker/broker.ts';

/** Loses messages between a node and the real broker behind, by a seed. */
export class LossyProxy {
  /** Share of messages from other nodes that do not arrive. */
  loss = 0;
  dropped = 0;
  delivered = 0;
  readonly #connect: ConnectBroker;
  readonly #random: () => number;

  constructor(connect: ConnectBroker, random: () => number) {
    this.#connect = connect;
    this.#random = random;
  }

  readonly connect: ConnectBroker = (events) =>
    this.#connect({
      message: (channel, payload) => {
        if (this.#random() < this.loss) {
          this.dropped++;
          return;
        }
        this.delivered++;
        events.message(channel, payload);
      },
      reconnected: (wasLost) => events.reconnected(wasLost),
    });
}
