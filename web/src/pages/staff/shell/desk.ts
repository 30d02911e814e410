/** The desk that staff work at: the connection, who works there in which role, and signing out. */
import { inject, type InjectionKey, type Ref, shallowRef } from "vue";
import type { Connection } from "../../../browser/client";
import { ApiError, type Sentence } from "../../../core/errors";
import type { Answer } from "../../../core/api";

export const ROLES = ["officer", "proctor", "support", "grader"] as const;
export type StaffRole = (typeof ROLES)[number];

/** Codes after which only signing in anew helps. */
const OUT: ReadonlySet<string> = new Set(["unauthenticated", "session_expired", "session_revoked", "proof_refused"]);

export class Desk {
  /** The role of who is signed in; null while nobody is. */
  readonly role: Ref<StaffRole | null>;
  /** Why one has to sign in again, if there is a reason to tell. */
  readonly farewell: Ref<Sentence | null> = shallowRef(null);

  constructor(readonly connection: Connection) {
    this.role = shallowRef(asRole(connection.session.current?.role));
  }

  get api(): Connection["api"] {
    return this.connection.api;
  }

  async signedIn(view: Answer<"POST /staff/sessions">): Promise<void> {
    await this.connection.session.open(view);
    this.farewell.value = null;
    this.role.value = asRole(view.role);
  }

  /** End the session on the server, then here; if the server does not answer, here at least. */
  async signOut(): Promise<void> {
    try {
      await this.api.call("POST /staff/sign-out");
    } finally {
      await this.forget(null);
    }
  }

  /** Whether the error means that the session is over; if so, the sign-in page is shown with the reason. */
  async endedBy(error: unknown): Promise<boolean> {
    if (this.role.value === null || !(error instanceof ApiError) || !OUT.has(error.code)) return false;
    await this.forget(error.sentence);
    return true;
  }

  private async forget(why: Sentence | null): Promise<void> {
    this.farewell.value = why;
    this.role.value = null;
    await this.connection.session.close();
  }
}

export const DESK: InjectionKey<Desk> = Symbol("desk");

export function useDesk(): Desk {
  const desk = inject(DESK);
  if (!desk) throw new Error("no desk was set up");
  return desk;
}

function asRole(role: string | undefined): StaffRole | null {
  return ROLES.find((known) => known === role) ?? null;
}
