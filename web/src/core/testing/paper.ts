/** A paper that the server's own code sealed: key 00..1f, nonce 00..0b, the exam's id as additional data. */
import type { PublicPaper } from "../../generated/api";
import { fromBase64 } from "../base64";

export const EXAM = "exm_0123456789";
export const SEALED = fromBase64(
  "PCCicrGJpzm3Y34WEwHX+Gt5Et1S431QGhaQ4G4dad1vY4zG9Low9gHJHYj6pRIJwnsU6CKigeAdf4Wu8FN9BkC0IsdzNInY/tQ2ilc16lKCbHnz" +
    "kP/ejXdcfEzlFyMJLGjfDgPiK5ocPhKQOAdED9sVA9+KqkvFPt1t+7LKTG/VIXejxoi4cTLQcJFA9jfgWIGOV1BjsXC+c8oDn6qdzKm1e7NrGVLi" +
    "ReN7FWMfpJe/vrhH+8oB3RG2r6kutpXJIHym2Gyzpb5SJIyVmHvottEDpQvLFCgbmIsBtv+N0o88vz4N",
);
export const PUBLIC: PublicPaper = {
  url_path: `papers/${EXAM}/x.bin`,
  sha256: "7fa9c0a8c93141ffb9206ed672269df3b5ad8191e4bde75682ad153aa5aa1413",
  nonce: "AAECAwQFBgcICQoL",
  key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
};
