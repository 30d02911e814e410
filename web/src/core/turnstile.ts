/** Lets one through at a time, in order of arrival. */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Whether somebody is in it. */
  get isTaken(): boolean {
    return this.waiting > 0;
  }

  /** Do something once everybody who came before is through, however that ended. */
  async pass<T>(act: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    const mine = this.last.then(act);
    this.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.waiting -= 1;
    }
  }
}
