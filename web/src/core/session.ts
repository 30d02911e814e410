/** A session: its token, where it is remembered, and how the device's key brings it back. */
import type { Answer, Credentials } from "./api";
import type { ServerClock } from "./clock";
import { ApiError } from "./errors";
import { wireInstant } from "./instants";
import { resumeText, type Signer } from "./proof";

type SessionView = Answer<"POST /sessions/resume">;

/** What is remembered of a session through reload and crash. */
export interface StoredSession {
  readonly sessionId: string;
  readonly token: string;
  readonly role: string;
  readonly examId: string | null;
  readonly sittingId: string | null;
}

export interface SessionStore {
  load(): Promise<StoredSession | null>;
  save(session: StoredSession): Promise<void>;
  clear(): Promise<void>;
}

/** Calls `POST /sessions/resume`; apart from the client, whose calls need the session. */
export type CallResume = (body: { session_id: string; signed_at: string; signature: string }) => Promise<SessionView>;

/** Other refusals are of the proof, which a right clock mends. */
const ENDED: ReadonlySet<string> = new Set(["session_revoked", "session_expired"]);

export class Session implements Credentials {
  private stored: StoredSession | null = null;
  private resuming: Promise<boolean> | null = null;
  private ended = false;

  constructor(
    private readonly store: SessionStore,
    private readonly signer: Signer,
    private readonly clock: ServerClock,
    private readonly callResume: CallResume,
    private readonly askTime: () => Promise<void>,
  ) {}

  get current(): StoredSession | null {
    return this.stored;
  }

  /** The server took the key's proof and refused all the same: this session comes back no more. */
  get isOver(): boolean {
    return this.ended;
  }

  token(): string | null {
    return this.stored?.token ?? null;
  }

  /** Remember what was stored before a reload or a crash. Without it a page would seem to be nobody's: failures are thrown. */
  async load(): Promise<StoredSession | null> {
    this.stored = await this.store.load();
    return this.stored;
  }

  /** Begin a session that was just opened. It holds for this page even where the device cannot remember it. */
  async open(view: SessionView): Promise<void> {
    await this.store.save(this.hold(view)).catch(() => undefined);
  }

  /** Forget it here; the server's side is not touched, nor what another tab opened meanwhile. */
  async close(): Promise<void> {
    const own = this.stored?.sessionId;
    this.stored = null;
    const there = await this.store.load();
    if (there === null || there.sessionId === own) await this.store.clear();
  }

  /**
   * Get a fresh token by the device's key; several callers at once make one call.
   *
   * @throws Unreachable, ApiError other than a refusal of the proof or the session
   */
  resume(): Promise<boolean> {
    this.resuming ??= this.resumeOnce().finally(() => {
      this.resuming = null;
    });
    return this.resuming;
  }

  private async resumeOnce(): Promise<boolean> {
    if (this.stored === null) return false;
    if (await this.prove(this.stored)) return true;
    if (this.ended) return false;
    // Another tab proved it in the same moment, or the clock stood still while the device slept.
    await this.askTime();
    return await this.prove(this.stored);
  }

  /** @returns whether there is a fresh token now */
  private async prove({ sessionId, token }: StoredSession): Promise<boolean> {
    const there = await this.store.load().catch(() => null);
    // Another tab of this browser may have done it already.
    if (there?.sessionId === sessionId && there.token !== token) {
      this.stored = there;
      return true;
    }
    const signedAt = wireInstant(this.clock.now());
    const signature = await this.signer.sign(resumeText(sessionId, signedAt));
    try {
      const fresh = this.hold(await this.callResume({ session_id: sessionId, signed_at: signedAt, signature }));
      // A later login of another tab is what the next page is to find, not this one's.
      if (there === null || there.sessionId === sessionId) await this.store.save(fresh).catch(() => undefined);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.ended = ENDED.has(error.code);
      return false;
    }
  }

  private hold(view: SessionView): StoredSession {
    this.ended = false;
    return (this.stored = {
      sessionId: view.session_id,
      token: view.token,
      role: view.role,
      examId: view.exam_id,
      sittingId: view.sitting_id,
    });
  }
}

