/** The sealed lottery, as anyone can prove it once the seed is out (DESIGN §6; the same as `viva lottery verify`). */
import type { PublicLottery } from "../generated/api";
import { fromHex, hex, sha256 } from "./base64";
import { joined } from "./bytes";

export type Proof = "sealed" | "proved" | "disproved";

/** Whether the revealed seed is the one that was committed to before the draw; `sealed` until it is revealed. */
export async function proofOfCommitment(lottery: PublicLottery, examId: string): Promise<Proof> {
  if (lottery.seed === null) return "sealed";
  const committed = joined([fromHex(lottery.seed), ascii(`|${examId}|${lottery.roster_digest}`)]);
  return (await sha256(committed)) === lottery.commitment ? "proved" : "disproved";
}

/** SHA-256 over the sorted ticket numbers, one a line. */
export function rosterDigest(ticketNos: readonly string[]): Promise<string> {
  return sha256([...ticketNos].sort().join("\n"));
}

/** Lot numbers behind+1 … behind+N by ticket number, in the order of HMAC-SHA256(seed, exam | ticket). */
export async function shuffle(
  seed: string,
  examId: string,
  ticketNos: readonly string[],
  behind = 0,
): Promise<Map<string, number>> {
  const key = await crypto.subtle.importKey("raw", fromHex(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const ranked = await Promise.all(
    [...new Set(ticketNos)].map(async (ticketNo) => {
      const rank = await crypto.subtle.sign("HMAC", key, ascii(`${examId}|${ticketNo}`));
      return [hex(new Uint8Array(rank)), ticketNo] as const;
    }),
  );
  ranked.sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(ranked.map(([, ticketNo], place) => [ticketNo, behind + place + 1]));
}

/** Every ticket number whose lot does not follow from the seed; those who came late stand behind, batch by batch. */
export async function wronglyDrawn(
  lottery: PublicLottery,
  examId: string,
  lots: ReadonlyMap<string, number>,
): Promise<string[]> {
  if (lottery.seed === null) throw new RangeError("the seed is not revealed yet");
  const wrong: string[] = [];
  let behind = 0;
  for (const size of [lottery.sealed_count, ...lottery.late_batches]) {
    const from = behind;
    const batch = [...lots].filter(([, lot]) => lot > from && lot <= from + size).map(([ticketNo]) => ticketNo);
    const truth = await shuffle(lottery.seed, examId, batch, from);
    wrong.push(...batch.filter((ticketNo) => truth.get(ticketNo) !== lots.get(ticketNo)));
    behind += size;
  }
  return wrong;
}

function ascii(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
