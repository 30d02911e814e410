/** Keeps the screen on while something records: asked for again whenever the page comes back. */
export class WakeLock {
  private lock: WakeLockSentinel | null = null;
  private wanted = false;

  /** Whether the screen is kept on now. */
  get isHeld(): boolean {
    return this.lock !== null && !this.lock.released;
  }

  async hold(): Promise<void> {
    this.wanted = true;
    document.addEventListener("visibilitychange", this.again);
    await this.ask();
  }

  async release(): Promise<void> {
    this.wanted = false;
    document.removeEventListener("visibilitychange", this.again);
    await this.lock?.release();
    this.lock = null;
  }

  private readonly again = (): void => void this.ask();

  private async ask(): Promise<void> {
    if (!this.wanted || this.isHeld || document.hidden || !("wakeLock" in navigator)) return;
    try {
      this.lock = await navigator.wakeLock.request("screen");
    } catch {
      // On low battery the browser refuses; `isHeld` says so and the page tells the person.
      this.lock = null;
    }
  }
}
