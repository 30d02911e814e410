/** Who the server takes the candidate to be. */
import type { ApiClient } from "../../core/api";
import { ApiError } from "../../core/errors";
import type { SittingView } from "../../generated/api";

export interface Identity {
  readonly name: string;
  readonly ticketNo: string;
  readonly lotNumber: number | null;
  /** A data address, or null where no photo was registered. */
  readonly photo: string | null;
}
