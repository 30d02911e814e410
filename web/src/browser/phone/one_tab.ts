/** One page of this browser records at a time: the one that was opened last. The others hear of it and let go. */

const CHANNEL = "viva-phone";
const TAKE_OVER = "take_over";

export class OneTab {
  private readonly channel = new BroadcastChannel(CHANNEL);

  /** @param onTakenOver another page goes on; let go of camera and spool */
  constructor(onTakenOver: () => void) {
    this.channel.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data === TAKE_OVER) onTakenOver();
    };
  }

  takeOver(): void {
    this.channel.postMessage(TAKE_OVER);
  }
}
