/** A session as the server opens it, and a store of it that a test looks into. */
import type { SessionView } from "../../generated/api";
import type { SessionStore, StoredSession } from "../session";

export const VIEW: SessionView = {
  session_id: "ses_1",
  token: "ses_1.first",
  role: "candidate",
  expires_at: "2026-03-01T01:15:00Z",
  lives_until: "2026-03-01T05:00:00Z",
  exam_id: "exm_1",
  sitting_id: "sit_1",
};

export class MemoryStore implements SessionStore {
  kept: StoredSession | null = null;
  load = async (): Promise<StoredSession | null> => this.kept;
  save = async (session: StoredSession): Promise<void> => void (this.kept = session);
  clear = async (): Promise<void> => void (this.kept = null);
}
