/** Where a session is remembered through reload and crash: IndexedDB, beside the key without which it is useless. */
import type { SessionStore, StoredSession } from "../core/session";
import { Shelf } from "./database";

export class BrowserSessionStore implements SessionStore {
  private readonly shelf = new Shelf("viva-sessions");

  /** @param purpose `candidate`, `phone`, `staff`: one session of each kind a browser */
  constructor(private readonly purpose: string) {}

  async load(): Promise<StoredSession | null> {
    return (await this.shelf.get<StoredSession>(this.purpose)) ?? null;
  }

  save(session: StoredSession): Promise<void> {
    return this.shelf.put(this.purpose, session);
  }

  clear(): Promise<void> {
    return this.shelf.remove(this.purpose);
  }
}
