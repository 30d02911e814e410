/** Keeps the screen on: a phone that locks its screen stops its camera. */

export class WakeLock {
  private lock: WakeLockSentinel | null = null;
  private wanted = false;

  /** @param onChange is told whether the screen stays on */
  constructor(private readonly onChange: (awake: boolean) => void) {}

  async hold(): Promise<void> {
    if (!this.wanted) document.addEventListener("visibilitychange", this.again);
    this.wanted = true;
    await this.take();
  }

  async letGo(): Promise<void> {
    this.wanted = false;
    document.removeEventListener("visibilitychange", this.again);
    await this.lock?.release();
    this.lock = null;
  }

  /** The browser takes the lock back whenever the page is hidden. */
  private readonly again = (): void => {
    if (document.visibilityState === "visible") void this.take();
  };

  private async take(): Promise<void> {
    if (!this.wanted || (this.lock && !this.lock.released)) return;
    try {
      this.lock = await navigator.wakeLock.request("screen");
      this.lock.addEventListener("release", () => this.onChange(false));
      this.onChange(true);
    } catch {
      // An old browser, or a phone that saves its battery: its person is told to keep the screen on.
      this.onChange(false);
    }
  }
}
