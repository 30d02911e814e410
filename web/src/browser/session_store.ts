/** Where a session is remembered through reload and crash: IndexedDB, beside the key without which it is useless. */
import type { SessionStore, StoredSession } from "../core/session";
import { Shelf } from "./database";

export class BrowserSessionStore implements SessionStore {
  private readonly shelf = new Shelf("viva-sessions");

  /** @param name `candidate`, `staff`: one session of each kind a browser; a phone has one a sitting */
  constructor(private readonly name: string) {}

  async load(): Promise<StoredSession | null> {
    return (await this.shelf.get<StoredSession>(this.name)) ?? null;
  }

  save(session: StoredSession): Promise<void> {
    return this.shelf.put(this.name, session);
  }

  clear(): Promise<void> {
    return this.shelf.remove(this.name);
  }
}
