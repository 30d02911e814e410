/** Who the server takes the candidate to be. */
import type { ApiClient } from "../../core/api";
import { ApiError } from "../../core/errors";
import type { IdentityView, SittingView } from "../../generated/api";

/** @throws ClientError */
export async function readIdentity(api: ApiClient, sitting: SittingView): Promise<IdentityView> {
  try {
    return await api.call("GET /sitting/identity");
  } catch (error) {
    // A server that keeps no photos tells the rest with the sitting.
    if (!(error instanceof ApiError) || error.code !== "route_unknown") throw error;
    const { name, ticket_no, lot_number } = sitting;
    return { name, ticket_no, lot_number, photo_jpeg_base64: null };
  }
}
