/** MediaRecorder, streams and tracks as far as the recorder uses them; data comes when a test says so. */

export class FakeTrack extends EventTarget {
  readyState: MediaStreamTrackState = "live";
  muted = false;

  constructor(readonly kind: "audio" | "video") {
    super();
  }

  /** By the page: nobody is told. */
  stop(): void {
    this.readyState = "ended";
  }

  end(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }
}

export class FakeStream {
  constructor(readonly tracks: readonly FakeTrack[] = [new FakeTrack("video"), new FakeTrack("audio")]) {}

  getTracks(): readonly FakeTrack[] {
    return this.tracks;
  }

  getAudioTracks(): readonly FakeTrack[] {
    return this.tracks.filter((track) => track.kind === "audio");
  }

  get asStream(): MediaStream {
    return this as unknown as MediaStream;
  }
}

export class FakeMediaRecorder {
  static made: FakeMediaRecorder[] = [];
  /** So many of the next do not start. */
  static refusals = 0;
  /** So many may record at once. */
  static most = Infinity;
  static isTypeSupported = (mimeType: string): boolean => mimeType.startsWith("video/webm;codecs=vp8");

  static get last(): FakeMediaRecorder {
    const last = FakeMediaRecorder.made.at(-1);
    if (!last) throw new Error("nothing records");
    return last;
  }

  state: RecordingState = "inactive";
  mimeType: string;
  ondataavailable: ((event: { data: Blob }) => void) | null = null;
  onstop: (() => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  private pending: string[] = [];

  constructor(
    readonly stream: FakeStream,
    options: { mimeType: string },
  ) {
    this.mimeType = options.mimeType;
    FakeMediaRecorder.made.push(this);
  }

  start(): void {
    const beside = FakeMediaRecorder.made.filter((one) => one.state === "recording").length;
    if (beside >= FakeMediaRecorder.most) throw new DOMException("no encoder is free", "NotSupportedError");
    if (FakeMediaRecorder.refusals > 0) {
      FakeMediaRecorder.refusals -= 1;
      throw new DOMException("no encoder is free", "NotSupportedError");
    }
    this.state = "recording";
  }

  /** A camera's second: in the recorder, not yet handed out. */
  film(content: string): void {
    this.pending.push(content);
  }

  handOut(): void {
    this.ondataavailable?.({ data: new Blob(this.pending.splice(0)) });
  }

  /** What is left comes in tasks of its own, as in a browser. */
  stop(): void {
    this.state = "inactive";
    setImmediate(() => {
      this.handOut();
      this.onstop?.();
    });
  }
}
