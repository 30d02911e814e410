/** Brings what a spool holds to the server, as a page does that was opened after a crash. */
import { BrowserSpool } from "../src/browser/spool/client";
import { office, uploaderOf, untilSent } from "./office";

/** @returns how many segments were sent */
export async function deliverSpool(sittingId: string, run: string): Promise<number> {
  const spool = await BrowserSpool.open(sittingId);
  const segments = await spool.segments();
  if (segments.length > 0) await untilSent(uploaderOf(await office(run), spool, ["camera", "screen"]));
  spool.shut();
  return segments.length;
}
